package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/resource"

	"dpo.dev/e2e/cluster/internal/cgroups"
	"dpo.dev/e2e/cluster/internal/image"
	"dpo.dev/e2e/cluster/internal/node"
	"dpo.dev/e2e/cluster/internal/preflight"
	"dpo.dev/e2e/cluster/internal/state"
)

type upOptions struct {
	node.Options
	fresh  bool
	images []string
}

func up() *cobra.Command {
	var options upOptions
	command := &cobra.Command{
		Use:   "up",
		Short: "Start a cluster and wait until pods can run in it",
		Args:  cobra.NoArgs,
	}
	name := nameFlag(command)
	flags := command.Flags()
	flags.BoolVar(&options.fresh, "fresh", false, "begin with an empty cluster, whatever there is")
	flags.StringArrayVar(&options.images, "image", nil, "image tar to load while the cluster starts (repeatable)")
	volumeFlags(command, &options.Options)
	command.RunE = func(*cobra.Command, []string) error {
		if _, err := resource.ParseQuantity(options.VolumeSize); err != nil {
			return fmt.Errorf("--volume-size %q is no quantity such as 10Gi", options.VolumeSize)
		}
		cluster, err := state.Locate(*name)
		if err != nil {
			return err
		}
		options.Cluster = cluster
		return bringUp(options)
	}
	return command
}

func volumeFlags(command *cobra.Command, options *node.Options) {
	command.Flags().IntVar(&options.Volumes, "volumes", 16, "persistent volumes to offer")
	command.Flags().StringVar(&options.VolumeSize, "volume-size", "10Gi", "capacity of each persistent volume, which is not enforced")
}

func bringUp(options upOptions) error {
	if err := preflight.Check(); err != nil {
		return err
	}
	cluster := options.Cluster
	unlock, err := cluster.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if cluster.Process() != 0 && !options.fresh {
		fmt.Printf("cluster %s is already running\n", cluster.Name)
		return loadAll(cluster.Process(), options.images)
	}
	if err := clear(cluster, options.fresh); err != nil {
		return err
	}
	return start(options)
}

// clear ends what is left of an earlier run, and empties it for a fresh one.
func clear(cluster state.Cluster, fresh bool) error {
	if err := end(cluster); err != nil {
		return err
	}
	if fresh {
		return removeContents(cluster.Directory)
	}
	return nil
}

func removeContents(directory string) error {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(directory, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func start(options upOptions) error {
	began := time.Now()
	cluster := options.Cluster
	fmt.Printf("starting cluster %s in %s\n", cluster.Name, cluster.Directory)
	if err := cgroups.Create(cluster.Name); err != nil {
		return err
	}
	events, err := launch(options.Options)
	if err != nil {
		return err
	}
	defer events.Close()
	pauseImage, err := pauseImage(cluster)
	if err != nil {
		return err
	}
	if err := follow(cluster, events, append([]string{pauseImage}, options.images...)); err != nil {
		return errors.Join(err, end(cluster))
	}
	fmt.Printf("cluster %s is ready after %.1f s; try: dpo-cluster exec --name %s -- kubectl get nodes\n",
		cluster.Name, time.Since(began).Seconds(), cluster.Name)
	return nil
}

// pauseImage writes the image from the program that is installed beside this one.
func pauseImage(cluster state.Cluster) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	output := cluster.Path("pause.tar")
	err = image.Write(image.Description{
		Tag: node.PauseImage, Entrypoint: []string{"/pause"}, User: "65532",
		Contents: []image.Content{{Source: filepath.Join(filepath.Dir(self), "pause"), Destination: "/pause"}},
	}, output)
	if err != nil {
		return "", fmt.Errorf("the program `pause` must stand beside dpo-cluster: %w", err)
	}
	return output, nil
}
