package image

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Push sends the one image in a tar file to a registry, under the name that it
// has in the file, and returns the full reference.
func Push(ctx context.Context, tar, registry string) (string, error) {
	manifest, err := tarball.LoadManifest(opener(tar))
	if err != nil {
		return "", err
	}
	if len(manifest) != 1 || len(manifest[0].RepoTags) != 1 {
		return "", errors.New("the file must hold one image with one tag")
	}
	local, err := name.NewTag(manifest[0].RepoTags[0])
	if err != nil {
		return "", err
	}
	target, err := name.NewTag(strings.TrimSuffix(registry, "/") + "/" + local.RepositoryStr() + ":" + local.TagStr())
	if err != nil {
		return "", err
	}
	content, err := tarball.Image(opener(tar), &local)
	if err != nil {
		return "", err
	}
	return target.String(), remote.Write(target, content, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain))
}

func opener(path string) tarball.Opener {
	return func() (io.ReadCloser, error) { return os.Open(path) }
}
