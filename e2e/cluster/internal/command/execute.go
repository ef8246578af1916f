package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/namespaces"
	"dpo.dev/e2e/cluster/internal/state"
)

func execute() *cobra.Command {
	command := &cobra.Command{
		Use:   "exec -- PROGRAM [ARGUMENT…]",
		Short: "Run a program inside the cluster's network, with KUBECONFIG set",
		Long: `Run a program inside the cluster's network, with KUBECONFIG set.

Service addresses and names such as dpo-api.dpo-system.svc.cluster.local work;
nothing outside of the cluster can be reached. Files are the machine's own,
except for /run, and for changes below /etc, /var/lib and /var/log.`,
		Args: cobra.MinimumNArgs(1),
	}
	name := nameFlag(command)
	command.RunE = func(_ *cobra.Command, line []string) error { return executeIn(*name, line) }
	command.Flags().SetInterspersed(false)
	return command
}

func executeIn(name string, line []string) error {
	cluster, pid, err := runningCluster(name)
	if err != nil {
		return err
	}
	if err := setEnvironment(cluster); err != nil {
		return err
	}
	err = namespaces.Run(pid, func() *exec.Cmd {
		command := exec.Command(line[0], line[1:]...)
		command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
		return command
	})
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return programEnded{ended}
	}
	if err != nil {
		return fmt.Errorf("cannot run %s in cluster %s: %w", line[0], name, err)
	}
	return nil
}

// setEnvironment lets the program find the cluster and the tools installed
// beside this one. No proxy can be reached from inside.
func setEnvironment(cluster state.Cluster) error {
	for _, variable := range []string{"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		if err := os.Unsetenv(variable); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Setenv("PATH", filepath.Dir(self)+":"+os.Getenv("PATH")); err != nil {
		return err
	}
	return os.Setenv("KUBECONFIG", cluster.Kubeconfig())
}
