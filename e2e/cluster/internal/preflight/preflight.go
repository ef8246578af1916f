// Package preflight says in one sentence why this machine cannot run a cluster.
package preflight

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"dpo.dev/e2e/cluster/internal/namespaces"
)

const instead = "to use an existing cluster instead, set DEMO_CONTEXT=<its context in your kubeconfig> and IMAGE_REGISTRY=<a registry that it pulls from>"

// requirement is a Debian package and a file that shows that it is there.
type requirement struct{ name, file string }

var requirements = []requirement{
	{"containerd", "/usr/bin/containerd"},
	{"runc", "/usr/sbin/runc"},
	{"containernetworking-plugins", "/usr/lib/cni/ptp"},
	{"iptables", "/usr/sbin/iptables"},
	{"conntrack", "/usr/sbin/conntrack"},
}

// Check returns an error that a person can act on, or nil.
func Check() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("a local cluster needs root; %s", instead)
	}
	if err := tryNamespaces(); err != nil {
		return fmt.Errorf("a local cluster needs network, mount, process and control group namespaces of its own, which this machine refuses (%w); %s", err, instead)
	}
	if missing := missingFrom(requirements); len(missing) > 0 {
		return fmt.Errorf("these Debian packages are missing: %s; e2e/tools.sh installs them", strings.Join(missing, ", "))
	}
	return nil
}

func tryNamespaces() error {
	nothing := exec.Command("/bin/true")
	nothing.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces.New | syscall.CLONE_NEWCGROUP}
	return nothing.Run()
}

func missingFrom(wanted []requirement) []string {
	var missing []string
	for _, one := range wanted {
		if _, err := os.Stat(one.file); err != nil {
			missing = append(missing, one.name)
		}
	}
	return missing
}
