package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/image"
)

func push() *cobra.Command {
	command := &cobra.Command{
		Use:   "push TAR…",
		Short: "Push image tars to a registry, for a cluster that exists",
		Long: `Push image tars to a registry, for a cluster that exists.

The image dpo/api:dev goes to REGISTRY/dpo/api:dev. Credentials are those of
docker login; a registry on loopback is spoken to without TLS.`,
		Args: cobra.MinimumNArgs(1),
	}
	registry := command.Flags().String("registry", "", "registry and path, e.g. registry.example.com/team")
	if err := command.MarkFlagRequired("registry"); err != nil {
		panic(err)
	}
	command.RunE = func(command *cobra.Command, tars []string) error {
		for _, tar := range tars {
			reference, err := image.Push(command.Context(), tar, *registry)
			if err != nil {
				return fmt.Errorf("cannot push %s to %s: %w", tar, *registry, err)
			}
			fmt.Println(reference)
		}
		return nil
	}
	return command
}
