// Package image writes container images without a registry or a daemon: the
// same input always gives the same bytes.
package image

import (
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Description is what an image is made of.
type Description struct {
	Tag         string // e.g. dpo/api:dev
	Base        string // a tar file that becomes the lowest layer, or ""
	Contents    []Content
	Entrypoint  []string
	Command     []string
	Environment []string // NAME=value
	User        string   // uid or uid:gid
	Directory   string   // where the entrypoint starts
}

// Write writes the image as a tar file that `ctr images import` understands.
func Write(description Description, output string) error {
	tag, err := name.NewTag(description.Tag)
	if err != nil {
		return fmt.Errorf("%q is no image tag: %w", description.Tag, err)
	}
	image, err := build(description)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(output, tag, image)
}

func build(description Description) (v1.Image, error) {
	layers, err := layersOf(description)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(image, configuration(image, description))
}

func configuration(image v1.Image, description Description) *v1.ConfigFile {
	file, err := image.ConfigFile()
	if err != nil {
		file = &v1.ConfigFile{}
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", "amd64"
	file.Config = v1.Config{
		Entrypoint: description.Entrypoint,
		Cmd:        description.Command,
		Env:        description.Environment,
		User:       description.User,
		WorkingDir: description.Directory,
	}
	return file
}

// layersOf leaves layers uncompressed: they are loaded from this machine's disk
// a moment later, and compressing would take longer than reading.
func layersOf(description Description) ([]v1.Layer, error) {
	var layers []v1.Layer
	if description.Base != "" {
		content, err := os.ReadFile(description.Base)
		if err != nil {
			return nil, err
		}
		layers = append(layers, static.NewLayer(content, types.DockerUncompressedLayer))
	}
	if len(description.Contents) > 0 {
		content, err := archive(description.Contents)
		if err != nil {
			return nil, err
		}
		layers = append(layers, static.NewLayer(content, types.DockerUncompressedLayer))
	}
	return layers, nil
}
