package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Content is a file or a folder of this machine and where the image has it.
type Content struct {
	Source      string
	Destination string // absolute
}

// ParseContent reads SOURCE=DESTINATION.
func ParseContent(text string) (Content, error) {
	source, destination, found := strings.Cut(text, "=")
	if !found || source == "" || !path.IsAbs(destination) {
		return Content{}, fmt.Errorf("%q must be SOURCE=/absolute/destination", text)
	}
	return Content{source, path.Clean(destination)}, nil
}

// archive writes the contents as one tar file: sorted, owned by root, dated 1970.
func archive(contents []Content) ([]byte, error) {
	files, err := collect(contents)
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	written := map[string]bool{"/": true}
	for _, destination := range slices.Sorted(maps.Keys(files)) {
		if err := writeParents(writer, destination, written); err != nil {
			return nil, err
		}
		if err := writeFile(writer, destination, files[destination]); err != nil {
			return nil, err
		}
	}
	return buffer.Bytes(), writer.Close()
}

// collect maps each destination to the file that goes there.
func collect(contents []Content) (map[string]string, error) {
	files := map[string]string{}
	for _, content := range contents {
		err := filepath.WalkDir(content.Source, func(source string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			relative, err := filepath.Rel(content.Source, source)
			if err != nil {
				return err
			}
			files[path.Join(content.Destination, relative)] = source
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

func writeParents(writer *tar.Writer, destination string, written map[string]bool) error {
	parent := path.Dir(destination)
	if written[parent] {
		return nil
	}
	if err := writeParents(writer, parent, written); err != nil {
		return err
	}
	written[parent] = true
	return writer.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: inArchive(parent) + "/", Mode: 0o755})
}

func writeFile(writer *tar.Writer, destination, source string) error {
	information, err := os.Stat(source)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if information.Mode()&0o111 != 0 {
		mode = 0o755
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: inArchive(destination), Mode: mode, Size: int64(len(content))}
	if err := writer.WriteHeader(header); err != nil {
		return err
	}
	_, err = writer.Write(content)
	return err
}

func inArchive(destination string) string { return strings.TrimPrefix(destination, "/") }
