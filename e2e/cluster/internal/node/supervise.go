package node

import (
	"context"
	"io"
	"os"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// step is one thing that happens while a cluster starts. The first one that
// fails ends the cluster.
type step struct {
	reached string
	log     string // the component whose log may tell why the step failed
	run     func() error
}

type supervisor struct {
	Options
	children *processes
	api      kubernetes.Interface // set once the certificates are there
	began    time.Time
}

// Supervise brings the cluster up as the first process of its namespaces,
// reports each step on report, and keeps the components running for ever.
func Supervise(options Options, report io.WriteCloser) error {
	if err := os.Setenv("PATH", searchPath); err != nil {
		return err
	}
	progress := newProgress(report)
	cluster := &supervisor{Options: options, children: newProcesses(options.Cluster), began: time.Now()}
	go cluster.children.collect()
	for _, next := range cluster.steps() {
		if err := next.run(); err != nil {
			progress.failed(err, next.log)
			return err
		}
		progress.reached(next.reached)
	}
	progress.ready()
	report.Close()
	select {}
}

func (s *supervisor) steps() []step {
	return []step{
		{"mounts and control groups are separate", "", mountAll},
		{"network is separate", "", connectNetwork},
		{"certificates and configuration are written", "", s.configure},
		{ContainerdAnswers, "containerd", s.startContainerd},
		{"etcd answers", "etcd", func() error { return waitFor(etcdAnswers) }},
		{"API server answers", "kube-apiserver", s.startAPIServer},
		{"storage class and volumes exist", "kube-apiserver", s.startTheRest},
		{"node is ready", "kubelet", func() error { return waitFor(nodeIsReady(s.api, s.began)) }},
		{"node offers ephemeral storage", "kube-apiserver", func() error { return offerEphemeralStorage(context.Background(), s.api) }},
		{"service accounts exist", "kube-controller-manager", func() error { return waitFor(accountsExist(s.api)) }},
		{"DNS answers", "coredns", func() error { return waitFor(dnsAnswers) }},
	}
}

func (s *supervisor) configure() error {
	if err := issueCertificates(s.Cluster); err != nil {
		return err
	}
	configuration, err := clientcmd.BuildConfigFromFlags("", s.Cluster.Kubeconfig())
	if err != nil {
		return err
	}
	if s.api, err = kubernetes.NewForConfig(configuration); err != nil {
		return err
	}
	return writeConfiguration(s.Cluster)
}

// startContainerd starts etcd along with it, which takes as long.
func (s *supervisor) startContainerd() error {
	if err := s.children.start(containerd(s.Cluster), etcd(s.Cluster)); err != nil {
		return err
	}
	return waitFor(containerdAnswers)
}

func (s *supervisor) startAPIServer() error {
	if err := s.children.start(apiServer(s.Cluster)); err != nil {
		return err
	}
	return waitFor(apiServerAnswers(s.api))
}

func (s *supervisor) startTheRest() error {
	err := s.children.start(
		kubelet(s.Cluster), controllerManager(s.Cluster), scheduler(s.Cluster), proxy(s.Cluster), dns(s.Cluster))
	if err != nil {
		return err
	}
	return offerVolumes(context.Background(), s.api, s.Options)
}
