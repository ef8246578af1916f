//go:build smoke

// Package smoke tries the program on the real thing: two clusters side by side.
package smoke

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dpo.dev/e2e/cluster/internal/state"
)

//go:embed manifests
var manifests embed.FS

const patience = 2 * time.Minute

// cluster is one running cluster, driven as a person would drive it.
type cluster struct {
	t    *testing.T
	name string
}

func program(arguments ...string) (string, error) {
	output, err := exec.Command("dpo-cluster", arguments...).CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

func (c cluster) state() state.Cluster {
	located, err := state.Locate(c.name)
	if err != nil {
		c.t.Fatal(err)
	}
	return located
}

// run returns what a program inside of the cluster prints, and how it ended.
func (c cluster) run(line ...string) (string, error) {
	return program(append([]string{"exec", "--name", c.name, "--"}, line...)...)
}

func (c cluster) must(line ...string) string {
	c.t.Helper()
	output, err := c.run(line...)
	if err != nil {
		c.t.Fatalf("%s in cluster %s: %v\n%s", strings.Join(line, " "), c.name, err, output)
	}
	return output
}

// apply applies a manifest, with replacements of old and new text in turn.
func (c cluster) apply(manifest string, replacements ...string) (string, error) {
	content, err := manifests.ReadFile("manifests/" + manifest)
	if err != nil {
		c.t.Fatal(err)
	}
	path := filepath.Join(c.t.TempDir(), manifest)
	if err := os.WriteFile(path, []byte(strings.NewReplacer(replacements...).Replace(string(content))), 0o644); err != nil {
		c.t.Fatal(err)
	}
	return c.run("kubectl", "apply", "-f", path)
}

// until runs a program again and again until its output satisfies the wish.
func (c cluster) until(wish func(string) bool, line ...string) string {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		output, err := c.run(line...)
		if err == nil && wish(output) {
			return output
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("%s in cluster %s never gave what was waited for: %v\n%s", strings.Join(line, " "), c.name, err, output)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

func contains(wanted string) func(string) bool {
	return func(output string) bool { return strings.Contains(output, wanted) }
}

// writeImage writes the image that the manifests name.
func writeImage(t *testing.T) string {
	t.Helper()
	fetch, output := filepath.Join(t.TempDir(), "fetch"), filepath.Join(t.TempDir(), "smoke.tar")
	if said, err := exec.Command("go", "build", "-o", fetch, "./fetch").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if said, err := program("image", "--output", output, "--tag", "dpo/smoke:dev", "--entrypoint", "/busybox",
		"--file", "/bin/busybox=/busybox", "--file", fetch+"=/fetch"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return output
}

// twoClusters starts two clusters at the same time and ends them after the test.
func twoClusters(t *testing.T) (first, second cluster) {
	t.Helper()
	image := writeImage(t)
	first, second = cluster{t, "smoke-a"}, cluster{t, "smoke-b"}
	failures := make(chan error, 2)
	for _, one := range []cluster{first, second} {
		t.Cleanup(func() { _, _ = program("down", "--name", one.name) })
		go func() {
			output, err := program("up", "--name", one.name, "--fresh", "--image", image, "--volumes", "2")
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, output)
			}
			fmt.Println(output)
			failures <- err
		}()
	}
	for range 2 {
		if err := <-failures; err != nil {
			t.Fatal(err)
		}
	}
	return first, second
}
