package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/state"
)

func list() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the clusters of this machine",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			names, err := state.Names()
			if err != nil {
				return err
			}
			for _, name := range names {
				if cluster, err := state.Locate(name); err == nil {
					fmt.Printf("%-16s %-12s %s\n", name, condition(cluster), cluster.Directory)
				}
			}
			return nil
		},
	}
}

func condition(cluster state.Cluster) string {
	if pid := cluster.Process(); pid != 0 {
		return fmt.Sprintf("pid %d", pid)
	}
	return "stopped"
}
