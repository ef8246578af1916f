package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"dpo.dev/e2e/cluster/internal/cgroups"
)

const privateRun = "/run/dpo-cluster"

// kubeletTunables are settings of the whole kernel that a kubelet would change.
// It is shown the values it wants, so that the machine keeps its own.
var kubeletTunables = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// MakeMountsPrivate keeps later mounts from reaching the machine.
func MakeMountsPrivate() error {
	return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
}

func mountAll() error {
	// Which hierarchies there are must be read before the new /proc hides them.
	hierarchies, err := cgroups.Mounted()
	if err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("cannot mount /proc: %w", err)
	}
	if err := mountCgroups(hierarchies); err != nil {
		return err
	}
	if err := unix.Mount("run", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return fmt.Errorf("cannot mount /run: %w", err)
	}
	for _, folder := range []string{"/etc", "/var/lib", "/var/log"} {
		if err := mountOwnChanges(folder); err != nil {
			return err
		}
	}
	return showTunables()
}

// mountOwnChanges lets the cluster write into a folder of the machine without
// the machine seeing it.
func mountOwnChanges(folder string) error {
	changes := filepath.Join(privateRun, "changes", folder)
	upper, work := filepath.Join(changes, "upper"), filepath.Join(changes, "work")
	for _, directory := range []string{upper, work} {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", folder, upper, work)
	if err := unix.Mount("overlay", folder, "overlay", 0, options); err != nil {
		return fmt.Errorf("cannot lay a private copy over %s: %w", folder, err)
	}
	// A link would lead into the machine's own, now hidden, /run.
	if folder == "/etc" {
		return os.RemoveAll("/etc/resolv.conf")
	}
	return nil
}

func showTunables() error {
	for name, value := range kubeletTunables {
		shown := filepath.Join(privateRun, "tunables", strings.ReplaceAll(name, "/", "."))
		if err := os.MkdirAll(filepath.Dir(shown), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(shown, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(shown, "/proc/sys/"+name, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("cannot cover the kernel setting %s: %w", name, err)
		}
	}
	return nil
}

// mountCgroups shows the cluster's own groups as the roots of all hierarchies.
func mountCgroups(hierarchies []cgroups.Hierarchy) error {
	const top = "/sys/fs/cgroup"
	if len(hierarchies) == 1 && hierarchies[0].MountPoint == top {
		return mountUnified(top)
	}
	links := symbolicLinks(top)
	if err := unix.Mount("cgroup", top, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		if err := os.MkdirAll(hierarchy.MountPoint, 0o755); err != nil {
			return err
		}
		if err := unix.Mount("cgroup", hierarchy.MountPoint, hierarchy.Type, 0, hierarchy.Options); err != nil {
			return fmt.Errorf("cannot mount %s: %w", hierarchy.MountPoint, err)
		}
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(top, name)); err != nil {
			return err
		}
	}
	return nil
}

// mountUnified prepares version 2, where a group has either processes or
// children with controllers, never both.
func mountUnified(top string) error {
	if err := unix.Mount("cgroup", top, "cgroup2", 0, ""); err != nil {
		return err
	}
	components := filepath.Join(top, "components")
	if err := os.MkdirAll(components, 0o755); err != nil {
		return err
	}
	if err := cgroups.Enter(components); err != nil {
		return err
	}
	cgroups.EnableControllers(top)
	return nil
}

func symbolicLinks(directory string) map[string]string {
	links := map[string]string{}
	entries, _ := os.ReadDir(directory)
	for _, entry := range entries {
		if target, err := os.Readlink(filepath.Join(directory, entry.Name())); err == nil {
			links[entry.Name()] = target
		}
	}
	return links
}
