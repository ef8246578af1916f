package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/cgroups"
	"dpo.dev/e2e/cluster/internal/namespaces"
	"dpo.dev/e2e/cluster/internal/node"
	"dpo.dev/e2e/cluster/internal/state"
)

const (
	initialiseCommand = "initialise"
	superviseCommand  = "supervise"
	eventsDescriptor  = 3
)

// launch starts the first process of the cluster, which outlives this one, and
// returns what it reports.
func launch(options node.Options) (io.ReadCloser, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer writer.Close()
	path := options.Cluster.Log("supervisor")
	if err := os.MkdirAll(options.Cluster.Path("logs"), 0o755); err != nil {
		return nil, err
	}
	log, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	first := exec.Command("/proc/self/exe", initialiseCommand, "--name", options.Cluster.Name,
		"--volumes", strconv.Itoa(options.Volumes), "--volume-size", options.VolumeSize)
	first.Dir = "/"
	first.Stdout, first.Stderr, first.ExtraFiles = log, log, []*os.File{writer}
	first.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces.New, Setsid: true}
	if err := first.Start(); err != nil {
		return nil, err
	}
	return reader, options.Cluster.RecordProcess(first.Process.Pid)
}

// initialise is the first process of a cluster until it has joined its control
// groups; then it becomes supervise.
func initialise() *cobra.Command {
	command := &cobra.Command{Use: initialiseCommand, Hidden: true}
	name := nameFlag(command)
	volumeFlags(command, &node.Options{})
	command.RunE = func(*cobra.Command, []string) error {
		if err := node.MakeMountsPrivate(); err != nil {
			return err
		}
		if err := cgroups.Join(*name); err != nil {
			return err
		}
		arguments := append([]string{os.Args[0], superviseCommand}, os.Args[2:]...)
		return namespaces.SeparateControlGroups(arguments)
	}
	return command
}

func supervise() *cobra.Command {
	var options node.Options
	command := &cobra.Command{Use: superviseCommand, Hidden: true}
	name := nameFlag(command)
	volumeFlags(command, &options)
	command.RunE = func(*cobra.Command, []string) error {
		cluster, err := state.Locate(*name)
		if err != nil {
			return err
		}
		options.Cluster = cluster
		syscall.CloseOnExec(eventsDescriptor)
		return node.Supervise(options, os.NewFile(eventsDescriptor, "events"))
	}
	return command
}

// follow prints each step and loads the images as soon as that is possible.
func follow(cluster state.Cluster, events io.Reader, images []string) error {
	loaded := make(chan error, 1)
	decoder := json.NewDecoder(events)
	for {
		var event node.Event
		if err := decoder.Decode(&event); err != nil {
			return fmt.Errorf("the cluster ended while starting:\n%s", tail(cluster.Log("supervisor")))
		}
		if event.Error != "" {
			return explain(cluster, event)
		}
		if event.Ready {
			return <-loaded
		}
		fmt.Printf("%7.1f s  %s\n", event.Seconds, event.Step)
		if event.Step == node.ContainerdAnswers {
			go func() { loaded <- loadAll(cluster.Process(), images) }()
		}
	}
}

func explain(cluster state.Cluster, event node.Event) error {
	if event.Log == "" {
		return errors.New(event.Error)
	}
	path := cluster.Log(event.Log)
	return fmt.Errorf("%s; the end of %s:\n%s", event.Error, path, tail(path))
}

// tail returns the last lines of a log.
func tail(path string) string {
	const lines = 15
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
