package node

import (
	"crypto"
	"crypto/x509"
	"net"
	"os"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm"
	"k8s.io/kubernetes/cmd/kubeadm/app/util/kubeconfig"
	"k8s.io/kubernetes/cmd/kubeadm/app/util/pkiutil"

	"dpo.dev/e2e/cluster/internal/state"
)

const keyAlgorithm = kubeadm.EncryptionAlgorithmECDSAP256

const administrators = "system:masters"

type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// client is an identity that the API server knows by its certificate.
type client struct {
	user, group, kubeconfig string
}

func clients(cluster state.Cluster) []client {
	return []client{
		{"kubernetes-admin", administrators, cluster.Kubeconfig()},
		{"system:kube-controller-manager", "", cluster.Path("config", "kube-controller-manager.kubeconfig")},
		{"system:kube-scheduler", "", cluster.Path("config", "kube-scheduler.kubeconfig")},
		{"system:kube-proxy", "", cluster.Path("config", "kube-proxy.kubeconfig")},
		{"system:node:" + nodeName, "system:nodes", cluster.Path("config", "kubelet.kubeconfig")},
		{"coredns", administrators, cluster.Path("config", "coredns.kubeconfig")},
	}
}

// issueCertificates makes the cluster's authority and everything that it signs.
// A cluster that is started again keeps what it has.
func issueCertificates(cluster state.Cluster) error {
	if _, err := os.Stat(cluster.Kubeconfig()); err == nil {
		return nil
	}
	folder := cluster.Path("pki")
	issuer, err := newAuthority(folder)
	if err != nil {
		return err
	}
	if err := issuer.issueServer(folder); err != nil {
		return err
	}
	if err := issuer.issueKubeletClient(folder); err != nil {
		return err
	}
	if err := writeServiceAccountKey(folder); err != nil {
		return err
	}
	identities := clients(cluster)
	// The administrator's comes last, as the sign that all are there.
	for i := range identities {
		if err := issuer.issueKubeconfig(identities[len(identities)-1-i]); err != nil {
			return err
		}
	}
	return nil
}

func newAuthority(folder string) (authority, error) {
	certificate, key, err := pkiutil.NewCertificateAuthority(&pkiutil.CertConfig{
		Config: cert.Config{CommonName: "kubernetes"}, EncryptionAlgorithm: keyAlgorithm,
	})
	if err != nil {
		return authority{}, err
	}
	return authority{certificate, key}, pkiutil.WriteCertAndKey(folder, "ca", certificate, key)
}

func (a authority) issueServer(folder string) error {
	certificate, key, err := a.issue(cert.Config{
		CommonName: "kube-apiserver",
		Usages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		AltNames: cert.AltNames{
			DNSNames: []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + clusterDomain},
			IPs:      []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP(nodeAddress), net.ParseIP(kubernetesService)},
		},
	})
	if err != nil {
		return err
	}
	return pkiutil.WriteCertAndKey(folder, "apiserver", certificate, key)
}

func (a authority) issueKubeletClient(folder string) error {
	certificate, key, err := a.issueClient(client{user: "kube-apiserver-kubelet-client", group: administrators})
	if err != nil {
		return err
	}
	return pkiutil.WriteCertAndKey(folder, "apiserver-kubelet-client", certificate, key)
}

func (a authority) issueKubeconfig(identity client) error {
	certificate, key, err := a.issueClient(identity)
	if err != nil {
		return err
	}
	encodedKey, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return err
	}
	return kubeconfig.WriteToDisk(identity.kubeconfig, kubeconfig.CreateWithCerts(
		serverAddress, "dpo", identity.user, pkiutil.EncodeCertPEM(a.certificate), encodedKey, pkiutil.EncodeCertPEM(certificate)))
}

func (a authority) issueClient(identity client) (*x509.Certificate, crypto.Signer, error) {
	config := cert.Config{CommonName: identity.user, Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if identity.group != "" {
		config.Organization = []string{identity.group}
	}
	return a.issue(config)
}

func (a authority) issue(config cert.Config) (*x509.Certificate, crypto.Signer, error) {
	return pkiutil.NewCertAndKey(a.certificate, a.key, &pkiutil.CertConfig{Config: config, EncryptionAlgorithm: keyAlgorithm})
}

func writeServiceAccountKey(folder string) error {
	key, err := pkiutil.GeneratePrivateKey(keyAlgorithm)
	if err != nil {
		return err
	}
	if err := pkiutil.WriteKey(folder, "service-account", key); err != nil {
		return err
	}
	return pkiutil.WritePublicKey(folder, "service-account", key.Public())
}
