// Command dpo-cluster runs a real single-node Kubernetes in Linux namespaces of
// its own, for the end-to-end tests and the demo.
package main

import (
	"os"
	"path/filepath"

	"dpo.dev/e2e/cluster/internal/command"
	"dpo.dev/e2e/cluster/internal/components"
)

func main() {
	// The program may be linked under the name of a component, e.g. kubectl.
	components.Run(filepath.Base(os.Args[0]), os.Args[1:])
	if len(os.Args) > 1 {
		components.Run(os.Args[1], os.Args[2:])
	}
	os.Exit(command.Run())
}
