// Package node is the inside of a cluster: it prepares the namespaces, starts
// the components, waits until they answer, and keeps them running.
package node

import (
	"embed"
	"os"
	"path/filepath"
	"text/template"

	"golang.org/x/sys/unix"

	"dpo.dev/e2e/cluster/internal/state"
)

// PauseImage holds the namespaces of each pod.
const PauseImage = "docker.io/dpo/pause:1"

// ContainerdSocket is where containerd listens, as seen inside of a cluster.
const ContainerdSocket = "/run/containerd/containerd.sock"

// Every cluster uses the same addresses, since no two share a network.
const (
	nodeName          = "node0"
	nodeAddress       = "10.250.0.1"
	nodeNetwork       = "10.250.0.1/24"
	podNetwork        = "10.244.0.0/16"
	nodePodNetwork    = "10.244.0.0/24"
	serviceNetwork    = "10.96.0.0/16"
	kubernetesService = "10.96.0.1"
	clusterDomain     = "cluster.local"
	serverAddress     = "https://" + nodeAddress + ":6443"
)

// Options are what differs from one cluster to the next.
type Options struct {
	Cluster    state.Cluster
	Volumes    int    // how many persistent volumes are offered
	VolumeSize string // the capacity of each, as a Kubernetes quantity
}

//go:embed files
var files embed.FS

type settings struct {
	State, ContainerdSocket, PauseImage, Snapshotter string
	NodeName, NodeAddress, NodePods, Pods, Domain    string
}

func settingsOf(cluster state.Cluster) settings {
	return settings{
		State: cluster.Directory, ContainerdSocket: ContainerdSocket, PauseImage: PauseImage,
		Snapshotter: snapshotter(cluster.Directory),
		NodeName:    nodeName, NodeAddress: nodeAddress, NodePods: nodePodNetwork, Pods: podNetwork, Domain: clusterDomain,
	}
}

// snapshotter copies layers where the file system cannot stack them, as on the
// root of a container.
func snapshotter(directory string) string {
	var fileSystem unix.Statfs_t
	if unix.Statfs(directory, &fileSystem) == nil && fileSystem.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return "native"
	}
	return "overlayfs"
}

// writeFile fills one of the embedded files and writes it to destination.
func (s settings) writeFile(name, destination string) error {
	page, err := template.ParseFS(files, "files/"+name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(destination), 0o755); err != nil {
		return err
	}
	file, err := os.Create(destination)
	if err != nil {
		return err
	}
	defer file.Close()
	return page.Execute(file, s)
}

func writeConfiguration(cluster state.Cluster) error {
	filled := settingsOf(cluster)
	for name, destination := range map[string]string{
		"containerd.toml":   cluster.Path("config", "containerd.toml"),
		"pods.conflist":     cluster.Path("config", "cni", "pods.conflist"),
		"kubelet.yaml":      cluster.Path("config", "kubelet.yaml"),
		"kube-proxy.yaml":   cluster.Path("config", "kube-proxy.yaml"),
		"audit-policy.yaml": cluster.Path("config", "audit-policy.yaml"),
		"Corefile":          cluster.Path("config", "Corefile"),
		"resolv.conf":       "/etc/resolv.conf",
		"nsswitch.conf":     "/etc/nsswitch.conf",
	} {
		if err := filled.writeFile(name, destination); err != nil {
			return err
		}
	}
	return nil
}
