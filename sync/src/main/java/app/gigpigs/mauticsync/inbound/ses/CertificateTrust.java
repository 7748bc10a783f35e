package app.gigpigs.mauticsync.inbound.ses;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Decides whether a certificate is one that SNS signs with: it is valid now, it has SNS' name, and its issuer is trusted.
 *
 * <p>Amazon's files have the signer's certificate alone, without the one that issued it, and the JDK knows the roots
 * alone. Fetching what is between would mean to call a URL that a certificate names. So a certificate whose issuer is not
 * at hand is accepted where Amazon is named as the issuer: that it came over TLS from the host of the topic's region, and
 * from nowhere else, is what makes it Amazon's. Where the file has the chain, the chain decides.
 */
public final class CertificateTrust {
    private static final String AMAZON = "Amazon";
    /** Issues the certificates of Amazon's regions in China. */
    private static final String IN_CHINA = "DigiCert Inc";

    private static final int DNS_NAME = 2;

    private final Set<TrustAnchor> roots;

    /** @param roots the authorities that are trusted */
    public CertificateTrust(Collection<X509Certificate> roots) {
        this.roots = roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
    }

    /** Trusts the authorities that the JDK trusts. */
    public static CertificateTrust ofJdk() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return new CertificateTrust(Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
                    .toList());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no trusted certificates", e);
        }
    }

    /** The certificates of a PEM file, the signer's first; none when it is no such file. */
    static List<X509Certificate> read(byte[] pem) {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            return List.of();
        }
    }

    /** What is wrong with the first of these certificates as a signer of the topic's messages; empty when nothing is. */
    Optional<String> fault(List<X509Certificate> chain, TopicArn topic, Instant now) {
        if (chain.isEmpty()) {
            return Optional.of("the file has no certificate");
        }
        X509Certificate signer = chain.get(0);
        if (now.isAfter(signer.getNotAfter().toInstant())) {
            return Optional.of("the certificate has expired");
        }
        if (now.isBefore(signer.getNotBefore().toInstant())) {
            return Optional.of("the certificate is not valid yet");
        }
        if (names(signer).stream().noneMatch(topic.signers()::contains)) {
            return Optional.of("the certificate is not one of SNS");
        }
        return trusted(chain, topic, now) ? Optional.empty() : Optional.of("the certificate's issuer is not trusted");
    }

    private static Set<String> names(X509Certificate signer) {
        Set<String> names = new HashSet<>(parts(signer.getSubjectX500Principal(), "CN"));
        try {
            Collection<List<?>> others = signer.getSubjectAlternativeNames();
            if (others != null) {
                others.stream()
                        .filter(other -> other.get(0).equals(DNS_NAME))
                        .forEach(other -> names.add(String.valueOf(other.get(1))));
            }
        } catch (CertificateException e) {
            return names;
        }
        return names;
    }

    private static Set<String> parts(X500Principal name, String type) {
        try {
            return new LdapName(name.getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase(type))
                            .map(part -> String.valueOf(part.getValue()))
                            .collect(Collectors.toSet());
        } catch (InvalidNameException e) {
            return Set.of();
        }
    }

    private boolean trusted(List<X509Certificate> chain, TopicArn topic, Instant now) {
        X509Certificate signer = chain.get(0);
        boolean alone = chain.size() == 1
                && roots.stream()
                        .noneMatch(root -> root.getTrustedCert()
                                .getSubjectX500Principal()
                                .equals(signer.getIssuerX500Principal()));
        if (alone) {
            return parts(signer.getIssuerX500Principal(), "O")
                    .contains(topic.region().startsWith("cn-") ? IN_CHINA : AMAZON);
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(signer);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, target);
            // A list of revoked certificates would have to be fetched from a URL that the certificate names.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (CertPathBuilderException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot check certificates", e);
        }
    }
}
