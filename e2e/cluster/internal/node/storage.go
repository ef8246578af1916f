package node

import (
	"context"
	"fmt"
	"os"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

const storageClassName = "local"

// offerVolumes makes a default storage class and volumes for it in folders of
// the cluster's state, so that charts can keep their claims.
func offerVolumes(ctx context.Context, api kubernetes.Interface, options Options) error {
	if _, err := api.StorageV1().StorageClasses().Create(ctx, storageClass(), meta.CreateOptions{}); err != nil && !errors.IsAlreadyExists(err) {
		return err
	}
	size, err := resource.ParseQuantity(options.VolumeSize)
	if err != nil {
		return err
	}
	for number := range options.Volumes {
		name := fmt.Sprintf("local-%02d", number)
		path := options.Cluster.Path("volumes", name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		if _, err := api.CoreV1().PersistentVolumes().Create(ctx, volume(name, path, size), meta.CreateOptions{}); err != nil && !errors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}

// offerEphemeralStorage advertises room for what pods write beside their
// volumes. The kubelet cannot measure it here and so reports none, and a pod
// that asks for some would never be scheduled.
func offerEphemeralStorage(ctx context.Context, api kubernetes.Interface) error {
	patch := []byte(`{"status":{"capacity":{"ephemeral-storage":"100Gi"},"allocatable":{"ephemeral-storage":"100Gi"}}}`)
	_, err := api.CoreV1().Nodes().Patch(ctx, nodeName, types.StrategicMergePatchType, patch, meta.PatchOptions{}, "status")
	return err
}

func storageClass() *storage.StorageClass {
	binding := storage.VolumeBindingWaitForFirstConsumer
	return &storage.StorageClass{
		ObjectMeta: meta.ObjectMeta{
			Name:        storageClassName,
			Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"},
		},
		Provisioner:       "kubernetes.io/no-provisioner",
		VolumeBindingMode: &binding,
	}
}

// volume uses the local kind, since a hostPath ignores a pod's fsGroup.
func volume(name, path string, size resource.Quantity) *core.PersistentVolume {
	onThisNode := core.NodeSelectorRequirement{Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{nodeName}}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name},
		Spec: core.PersistentVolumeSpec{
			Capacity:                      core.ResourceList{core.ResourceStorage: size},
			AccessModes:                   []core.PersistentVolumeAccessMode{core.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimRetain,
			StorageClassName:              storageClassName,
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{
				NodeSelectorTerms: []core.NodeSelectorTerm{{MatchExpressions: []core.NodeSelectorRequirement{onThisNode}}},
			}},
		},
	}
}
