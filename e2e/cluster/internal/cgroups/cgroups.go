// Package cgroups gives each cluster a control group of its own in every
// hierarchy of the machine, version 1 or 2, and removes it again.
package cgroups

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Hierarchy is one mounted control group file system.
type Hierarchy struct {
	MountPoint string
	Type       string // cgroup or cgroup2
	Options    string // what to mount it again with: its controllers or name
}

// Mounted lists the hierarchies that this process sees.
func Mounted() ([]Hierarchy, error) {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseMounts(file)
}

func parseMounts(mountinfo io.Reader) ([]Hierarchy, error) {
	var found []Hierarchy
	lines := bufio.NewScanner(mountinfo)
	for lines.Scan() {
		mount, fileSystem, _ := strings.Cut(lines.Text(), " - ")
		fields, types := strings.Fields(mount), strings.Fields(fileSystem)
		if len(fields) < 5 || len(types) < 3 || !strings.HasPrefix(types[0], "cgroup") {
			continue
		}
		found = append(found, Hierarchy{fields[4], types[0], controllers(types[2])})
	}
	return found, lines.Err()
}

func controllers(superOptions string) string {
	var kept []string
	for option := range strings.SplitSeq(superOptions, ",") {
		if !slices.Contains([]string{"rw", "ro", "nsdelegate", "memory_recursiveprot"}, option) {
			kept = append(kept, option)
		}
	}
	return strings.Join(kept, ",")
}

func groupName(cluster string) string { return "dpo-cluster." + cluster }

// Create makes the group of the cluster in every hierarchy.
func Create(cluster string) error {
	hierarchies, err := Mounted()
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		EnableControllers(hierarchy.MountPoint)
		group := filepath.Join(hierarchy.MountPoint, groupName(cluster))
		if err := os.MkdirAll(group, 0o755); err != nil {
			return err
		}
		if err := inheritCPUs(hierarchy.MountPoint, group); err != nil {
			return err
		}
	}
	return nil
}

// inheritCPUs fills what a new version 1 cpuset leaves empty and no process may
// join before it is filled.
func inheritCPUs(parent, group string) error {
	for _, name := range []string{"cpuset.cpus", "cpuset.mems"} {
		content, err := os.ReadFile(filepath.Join(parent, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(group, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// EnableControllers hands every controller of a version 2 group down to its
// children. A controller that cannot be handed down is left out.
func EnableControllers(group string) {
	available, err := os.ReadFile(filepath.Join(group, "cgroup.controllers"))
	if err != nil {
		return
	}
	for _, controller := range strings.Fields(string(available)) {
		_ = os.WriteFile(filepath.Join(group, "cgroup.subtree_control"), []byte("+"+controller), 0o644)
	}
}

// Join moves the calling process into the groups of the cluster.
func Join(cluster string) error {
	hierarchies, err := Mounted()
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		if err := Enter(filepath.Join(hierarchy.MountPoint, groupName(cluster))); err != nil {
			return err
		}
	}
	return nil
}

// Enter moves the calling process into one group.
func Enter(group string) error {
	const self = "0"
	return os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(self), 0o644)
}

// Remaining lists the groups of the cluster that still exist, deepest first.
func Remaining(cluster string) ([]string, error) {
	hierarchies, err := Mounted()
	if err != nil {
		return nil, err
	}
	var groups []string
	for _, hierarchy := range hierarchies {
		groups = append(groups, below(filepath.Join(hierarchy.MountPoint, groupName(cluster)))...)
	}
	return groups, nil
}

func below(top string) []string {
	var groups []string
	// Groups may vanish while they are listed.
	_ = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			groups = append(groups, path)
		}
		return nil
	})
	slices.Reverse(groups)
	return groups
}

// Remove deletes the groups of the cluster, waiting up to patience for their
// last processes to end.
func Remove(cluster string, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		groups, err := Remaining(cluster)
		if err != nil || len(groups) == 0 {
			return err
		}
		var failed error
		for _, group := range groups {
			failed = errors.Join(failed, os.Remove(group))
		}
		if failed != nil && time.Now().After(deadline) {
			return fmt.Errorf("control groups are still in use: %w", failed)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
