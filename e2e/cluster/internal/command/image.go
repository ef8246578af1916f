package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/image"
)

const debianCertificates = "/etc/ssl/certs/ca-certificates.crt"

func writeImage() *cobra.Command {
	var description image.Description
	var output, entrypoint string
	var files, folders []string
	var certificates bool
	command := &cobra.Command{
		Use:   "image",
		Short: "Write a container image from files of this machine",
		Args:  cobra.NoArgs,
	}
	flags := command.Flags()
	flags.StringVar(&output, "output", "", "tar file to write")
	flags.StringVar(&description.Tag, "tag", "", "name and tag, e.g. dpo/api:dev")
	flags.StringVar(&description.Base, "base", "", "tar file of a root directory to build upon")
	flags.StringVar(&entrypoint, "entrypoint", "", "program that the container runs")
	flags.StringArrayVar(&description.Command, "argument", nil, "default argument of the program (repeatable)")
	flags.StringArrayVar(&description.Environment, "env", nil, "NAME=value (repeatable)")
	flags.StringVar(&description.User, "user", "65532", "uid or uid:gid of the program")
	flags.StringVar(&description.Directory, "workdir", "", "where the program starts")
	flags.StringArrayVar(&files, "file", nil, "SOURCE=/destination (repeatable)")
	flags.StringArrayVar(&folders, "dir", nil, "the same for a whole folder (repeatable)")
	flags.BoolVar(&certificates, "ca-certificates", false, "add this machine's CA certificates")
	for _, required := range []string{"output", "tag", "entrypoint"} {
		if err := command.MarkFlagRequired(required); err != nil {
			panic(err)
		}
	}
	command.RunE = func(*cobra.Command, []string) error {
		description.Entrypoint = []string{entrypoint}
		contents := append(files, folders...)
		if certificates {
			contents = append(contents, debianCertificates+"="+debianCertificates)
		}
		for _, text := range contents {
			content, err := image.ParseContent(text)
			if err != nil {
				return fmt.Errorf("--file and --dir: %w", err)
			}
			description.Contents = append(description.Contents, content)
		}
		return image.Write(description, output)
	}
	return command
}
