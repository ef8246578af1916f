package command

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"dpo.dev/e2e/cluster/internal/cgroups"
	"dpo.dev/e2e/cluster/internal/leftovers"
	"dpo.dev/e2e/cluster/internal/state"
)

const endPatience = 20 * time.Second

func down() *cobra.Command {
	command := &cobra.Command{
		Use:   "down",
		Short: "End a cluster and remove everything that it made",
		Args:  cobra.NoArgs,
	}
	name := nameFlag(command)
	command.RunE = func(*cobra.Command, []string) error {
		cluster, err := state.Locate(*name)
		if err != nil {
			return err
		}
		return takeDown(cluster)
	}
	return command
}

func takeDown(cluster state.Cluster) error {
	began := time.Now()
	unlock, err := cluster.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := end(cluster); err != nil {
		return err
	}
	if err := os.RemoveAll(cluster.Directory); err != nil {
		return err
	}
	removeRootIfEmpty()
	fmt.Printf("cluster %s is gone after %.1f s: no process, mount, control group or file of it is left\n",
		cluster.Name, time.Since(began).Seconds())
	return nil
}

// end kills the first process, with which the kernel ends all others and
// releases their mounts and network, and removes the control groups.
func end(cluster state.Cluster) error {
	network := ""
	if pid := cluster.Process(); pid != 0 {
		network = leftovers.Network(pid)
		if err := unix.Kill(pid, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("cannot end process %d of cluster %s: %w", pid, cluster.Name, err)
		}
	}
	if err := leftovers.AwaitNoProcess(network, endPatience); err != nil {
		return err
	}
	if err := cgroups.Remove(cluster.Name, endPatience); err != nil {
		return err
	}
	return leftovers.RefuseMounts(cluster.Directory)
}

func removeRootIfEmpty() {
	if root, err := state.Root(); err == nil {
		_ = os.Remove(root) // fails while other clusters are there
	}
}
