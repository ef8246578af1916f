package node

import "dpo.dev/e2e/cluster/internal/state"

// component is a program that must keep running, and its arguments.
type component struct {
	name      string
	program   string // empty: this same binary, with name as its first argument
	arguments []string
}

func containerd(cluster state.Cluster) component {
	return component{"containerd", "/usr/bin/containerd", []string{"--config", cluster.Path("config", "containerd.toml")}}
}

func etcd(cluster state.Cluster) component {
	return component{name: "etcd", arguments: []string{
		"--name=" + nodeName,
		"--data-dir=" + cluster.Path("etcd"),
		"--listen-client-urls=" + etcdAddress,
		"--advertise-client-urls=" + etcdAddress,
		"--listen-peer-urls=" + etcdPeerAddress,
		"--initial-advertise-peer-urls=" + etcdPeerAddress,
		"--initial-cluster=" + nodeName + "=" + etcdPeerAddress,
		"--unsafe-no-fsync", // nothing here outlives the machine
		"--log-level=warn",
	}}
}

const (
	etcdAddress     = "http://127.0.0.1:2379"
	etcdPeerAddress = "http://127.0.0.1:2380"
)

func apiServer(cluster state.Cluster) component {
	pki := func(name string) string { return cluster.Path("pki", name) }
	return component{name: "kube-apiserver", arguments: []string{
		"--etcd-servers=" + etcdAddress,
		"--advertise-address=" + nodeAddress,
		"--service-cluster-ip-range=" + serviceNetwork,
		"--tls-cert-file=" + pki("apiserver.crt"),
		"--tls-private-key-file=" + pki("apiserver.key"),
		"--client-ca-file=" + pki("ca.crt"),
		"--kubelet-client-certificate=" + pki("apiserver-kubelet-client.crt"),
		"--kubelet-client-key=" + pki("apiserver-kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc." + clusterDomain,
		"--service-account-signing-key-file=" + pki("service-account.key"),
		"--service-account-key-file=" + pki("service-account.pub"),
		"--authorization-mode=Node,RBAC",
		"--allow-privileged", // as elsewhere: refusing is for Pod Security
		"--enable-admission-plugins=NodeRestriction",
		"--audit-policy-file=" + cluster.Path("config", "audit-policy.yaml"),
		"--audit-log-path=" + cluster.AuditLog(),
		"--audit-log-maxsize=100000", // megabytes: readers follow one file
		"--profiling=false",
	}}
}

func controllerManager(cluster state.Cluster) component {
	configuration := cluster.Path("config", "kube-controller-manager.kubeconfig")
	return component{name: "kube-controller-manager", arguments: []string{
		"--kubeconfig=" + configuration,
		"--authentication-kubeconfig=" + configuration,
		"--authorization-kubeconfig=" + configuration,
		"--leader-elect=false",
		"--use-service-account-credentials",
		"--allocate-node-cidrs",
		"--cluster-cidr=" + podNetwork,
		"--service-cluster-ip-range=" + serviceNetwork,
		"--root-ca-file=" + cluster.Path("pki", "ca.crt"),
		"--service-account-private-key-file=" + cluster.Path("pki", "service-account.key"),
		"--cluster-signing-cert-file=" + cluster.Path("pki", "ca.crt"),
		"--cluster-signing-key-file=" + cluster.Path("pki", "ca.key"),
		"--profiling=false",
	}}
}

func scheduler(cluster state.Cluster) component {
	configuration := cluster.Path("config", "kube-scheduler.kubeconfig")
	return component{name: "kube-scheduler", arguments: []string{
		"--kubeconfig=" + configuration,
		"--authentication-kubeconfig=" + configuration,
		"--authorization-kubeconfig=" + configuration,
		"--leader-elect=false",
		"--profiling=false",
	}}
}

func kubelet(cluster state.Cluster) component {
	return component{name: "kubelet", arguments: []string{
		"--config=" + cluster.Path("config", "kubelet.yaml"),
		"--kubeconfig=" + cluster.Path("config", "kubelet.kubeconfig"),
		"--root-dir=" + cluster.Path("kubelet"),
		"--cert-dir=" + cluster.Path("kubelet", "pki"),
		"--hostname-override=" + nodeName,
		"--node-ip=" + nodeAddress,
	}}
}

func proxy(cluster state.Cluster) component {
	return component{name: "kube-proxy", arguments: []string{"--config=" + cluster.Path("config", "kube-proxy.yaml")}}
}

func dns(cluster state.Cluster) component {
	return component{name: "coredns", arguments: []string{"-conf=" + cluster.Path("config", "Corefile")}}
}
