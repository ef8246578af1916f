// Package command is what a person types: dpo-cluster up, down, exec and so on.
package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/state"
)

// Run runs the command line and returns the exit status of the program.
func Run() int {
	err := root().Execute()
	var ended programEnded
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return ended.exitStatus()
	default:
		fmt.Fprintln(os.Stderr, "dpo-cluster: "+err.Error())
		return 1
	}
}

// programEnded is how the user's own program ended, which has said why itself.
type programEnded struct{ *exec.ExitError }

// exitStatus follows the shell: a program ended by signal N has status 128+N.
func (p programEnded) exitStatus() int {
	if status, ok := p.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return p.ExitCode()
}

func root() *cobra.Command {
	command := &cobra.Command{
		Use:   "dpo-cluster",
		Short: "Run a real single-node Kubernetes in namespaces of its own",
		Long: `Run a real single-node Kubernetes in namespaces of its own.

The components of Kubernetes are part of this program and run as
"dpo-cluster kubectl", "dpo-cluster etcd" and the like.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	command.AddCommand(up(), down(), list(), execute(), load(), forward(), writeImage(), push())
	command.AddCommand(initialise(), supervise(), serveForward())
	return command
}

// nameFlag adds --name, which every command on a cluster has.
func nameFlag(command *cobra.Command) *string {
	return command.Flags().String("name", "dev", "name of the cluster")
}

// runningCluster returns the cluster called name and its first process.
func runningCluster(name string) (state.Cluster, int, error) {
	cluster, err := state.Locate(name)
	if err != nil {
		return cluster, 0, err
	}
	pid := cluster.Process()
	if pid == 0 {
		return cluster, 0, fmt.Errorf("cluster %s is not running: start it with dpo-cluster up --name %s", name, name)
	}
	return cluster, pid, nil
}
