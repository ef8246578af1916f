// Package state knows where a cluster keeps its files and whether it is running.
package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Cluster is one named cluster and the directory that holds all of its files.
type Cluster struct {
	Name      string
	Directory string
}

// These folders are private to a cluster's mount namespace, so that its own
// files cannot live there.
var privateFolders = []string{"/etc", "/proc", "/run", "/sys", "/var/lib", "/var/log", "/var/run"}

var validName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$`)

// Locate returns the cluster called name, which need not exist.
func Locate(name string) (Cluster, error) {
	if !validName.MatchString(name) {
		return Cluster{}, fmt.Errorf("%q cannot name a cluster: use up to 32 lower-case letters, digits and hyphens, beginning with a letter", name)
	}
	root, err := Root()
	if err != nil {
		return Cluster{}, err
	}
	return Cluster{Name: name, Directory: filepath.Join(root, name)}, nil
}

// Root is the directory that holds every cluster: $DPO_STATE, or the folder
// `clusters` in $DPO_CACHE, or the same in ~/.cache/dpo.
func Root() (string, error) {
	root, err := chooseRoot()
	if err != nil {
		return "", err
	}
	for _, private := range privateFolders {
		if root == private || strings.HasPrefix(root, private+"/") {
			return "", fmt.Errorf("a cluster cannot keep its state in %s, since %s is replaced inside of it: set DPO_STATE to another folder", root, private)
		}
	}
	return root, nil
}

func chooseRoot() (string, error) {
	if root := os.Getenv("DPO_STATE"); root != "" {
		return filepath.Abs(root)
	}
	if cache := os.Getenv("DPO_CACHE"); cache != "" {
		return filepath.Abs(filepath.Join(cache, "clusters"))
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("neither DPO_STATE, DPO_CACHE nor HOME says where to keep the cluster's state")
	}
	return filepath.Join(home, ".cache", "dpo", "clusters"), nil
}

// Names lists the clusters that have a directory, running or not.
func Names() ([]string, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// Path joins parts to the cluster's directory.
func (c Cluster) Path(parts ...string) string {
	return filepath.Join(append([]string{c.Directory}, parts...)...)
}

// Kubeconfig gives its reader the rights of a cluster administrator.
func (c Cluster) Kubeconfig() string { return c.Path("kubeconfig") }

// AuditLog holds one JSON line for each answered request to the API server.
func (c Cluster) AuditLog() string { return c.Path("audit.log") }

// Log is the output of the component called name.
func (c Cluster) Log(name string) string { return c.Path("logs", name+".log") }
