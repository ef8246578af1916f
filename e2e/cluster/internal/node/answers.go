package node

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
)

const (
	startPatience = 90 * time.Second
	askAgainAfter = 100 * time.Millisecond
)

// waitFor asks until there is no error, and returns the last one when patience
// runs out.
func waitFor(ask func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextTimeout(context.Background(), askAgainAfter, startPatience, true,
		func(ctx context.Context) (bool, error) {
			last = ask(ctx)
			return last == nil, nil
		})
	if err != nil {
		return last
	}
	return nil
}

func containerdAnswers(context.Context) error {
	connection, err := net.Dial("unix", ContainerdSocket)
	if err != nil {
		return err
	}
	return connection.Close()
}

func etcdAnswers(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, etcdAddress+"/health", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd says %s", response.Status)
	}
	return nil
}

func apiServerAnswers(api kubernetes.Interface) func(context.Context) error {
	return func(ctx context.Context) error {
		return api.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	}
}

// nodeIsReady trusts only what the kubelet has said since: a cluster that is
// started again still remembers its node as ready.
func nodeIsReady(api kubernetes.Interface, since time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		node, err := api.CoreV1().Nodes().Get(ctx, nodeName, meta.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range node.Status.Conditions {
			if condition.Type == core.NodeReady && condition.Status == core.ConditionTrue && condition.LastHeartbeatTime.After(since) {
				return nil
			}
		}
		return fmt.Errorf("node %s is not ready", nodeName)
	}
}

// accountsExist is true once pods can be created in the default namespace.
func accountsExist(api kubernetes.Interface) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := api.CoreV1().ServiceAccounts(meta.NamespaceDefault).Get(ctx, "default", meta.GetOptions{})
		return err
	}
}

func dnsAnswers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	resolver := net.Resolver{PreferGo: true}
	_, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+clusterDomain+".")
	return err
}
