package command

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func TestImageTakesFilesAndFolders(t *testing.T) {
	folder := t.TempDir()
	program, pages, output := filepath.Join(folder, "program"), filepath.Join(folder, "pages"), filepath.Join(folder, "image.tar")
	if err := os.Mkdir(pages, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, size := range map[string]int{program: 5000, filepath.Join(pages, "index.html"): 300} {
		if err := os.WriteFile(path, make([]byte, size), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := writeImage()
	command.SetArgs([]string{"--output", output, "--tag", "dpo/api:dev", "--entrypoint", "/program", "--file", program + "=/program", "--dir", pages + "=/pages"})
	if err := command.Execute(); err != nil {
		t.Fatal(err)
	}
	image, err := tarball.ImageFromPath(output, nil)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	size, err := io.Copy(io.Discard, content)
	if err != nil {
		t.Fatal(err)
	}
	if size < 5300 {
		t.Fatalf("the layer has %d bytes and misses a file", size)
	}
}
