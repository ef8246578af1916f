package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/namespaces"
	"dpo.dev/e2e/cluster/internal/node"
)

func load() *cobra.Command {
	command := &cobra.Command{
		Use:   "load TAR…",
		Short: "Load image tars into a running cluster",
		Args:  cobra.MinimumNArgs(1),
	}
	name := nameFlag(command)
	command.RunE = func(_ *cobra.Command, tars []string) error {
		_, pid, err := runningCluster(*name)
		if err != nil {
			return err
		}
		return loadAll(pid, tars)
	}
	return command
}

// loadAll loads images one after the other and says how long each one took.
func loadAll(pid int, tars []string) error {
	for _, tar := range tars {
		began := time.Now()
		if err := loadOne(pid, tar); err != nil {
			return err
		}
		fmt.Printf("%7.1f s  %s is loaded\n", time.Since(began).Seconds(), filepath.Base(tar))
	}
	return nil
}

func loadOne(pid int, tar string) error {
	path, err := filepath.Abs(tar)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no image to load: %w", err)
	}
	err = namespaces.Run(pid, func() *exec.Cmd {
		command := exec.Command("/usr/bin/ctr", "--address", node.ContainerdSocket, "--namespace", "k8s.io", "images", "import", path)
		command.Stderr = os.Stderr
		return command
	})
	if err != nil {
		return fmt.Errorf("cannot load %s: %w", path, err)
	}
	return nil
}
