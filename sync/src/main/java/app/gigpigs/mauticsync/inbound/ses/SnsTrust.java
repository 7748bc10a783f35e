package app.gigpigs.mauticsync.inbound.ses;

import java.time.InstantSource;

/**
 * How certificates are fetched and whom they are trusted from.
 *
 * @param fetch calls the only two kinds of URL that are called
 */
public record SnsTrust(Fetch fetch, CertificateTrust trust, InstantSource clock) {
    /** Over HTTPS, with the authorities that the JDK trusts. */
    public static SnsTrust ofJdk() {
        return new SnsTrust(new HttpsFetch(), CertificateTrust.ofJdk(), InstantSource.system());
    }
}
