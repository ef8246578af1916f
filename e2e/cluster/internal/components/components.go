// Package components embeds the programs of a Kubernetes node and control plane.
//
// Each one is run in a process of its own by calling the same binary with the
// component's name as its first argument.
package components

import (
	"context"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	_ "time/tzdata" // a CronJob's timeZone must not depend on the host's zone files
)

// Run hands the process over to the component called name. It returns false
// when there is no such component and otherwise does not return.
func Run(name string, args []string) bool {
	run, found := table()[name]
	if !found {
		return false
	}
	os.Args = append([]string{name}, args...)
	os.Exit(run())
	return true
}

func table() map[string]func() int {
	return map[string]func() int{
		"etcd":                    runEtcd,
		"coredns":                 runCoreDNS,
		"kubectl":                 runKubectl,
		"kube-apiserver":          command(apiserver.NewAPIServerCommand),
		"kube-controller-manager": command(controllermanager.NewControllerManagerCommand),
		"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
		"kube-proxy":              command(proxy.NewProxyCommand),
		"kubelet":                 command(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	}
}

func command(build func() *cobra.Command) func() int {
	return func() int { return cli.Run(build()) }
}

func runEtcd() int {
	etcdmain.Main(os.Args)
	return 0
}
