package app.gigpigs.mauticsync.mapping;

import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.crm.CrmNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What of the CRM goes where in Mautic.
 *
 * @param crm what the CRM calls its relations
 * @param fields which column fills which field
 * @param segments which of the CRM's segments is which of Mautic's
 * @param consent how it is decided whom Mautic may mail
 */
public record Mapping(CrmNames crm, FieldMap fields, SegmentMap segments, ConsentRule consent) {
    /** The original design's. */
    public static final Mapping DEFAULT = new Mapping(CrmNames.DEFAULT, FieldMap.DEFAULT, SegmentMap.DEFAULT);

    /** Counts up whenever the same row of the CRM would be sent differently, so that everything is sent again. */
    private static final int NORMALISER_VERSION = 1;

    /** Who looks for people in the view knows the CRM's names alone: they say what the fields say. */
    public Mapping {
        crm = crm.with(new CrmNames.Person(
                fields.column(FieldMap.SUPABASE_ID), fields.column("email"), fields.column(FieldMap.MARKETING_OPT_IN)));
    }

    /** With the usual rule of consent. */
    public Mapping(CrmNames crm, FieldMap fields, SegmentMap segments) {
        this(crm, fields, segments, ConsentRule.DEFAULT);
    }

    /** The same with another rule of consent. */
    public Mapping with(ConsentRule rule) {
        return new Mapping(crm, fields, segments, rule);
    }

    /** Changes when the mapping or the way values are prepared changes; part of every customer's hash. */
    public String fingerprint() {
        try {
            String all = NORMALISER_VERSION + " " + fields + " " + segments.ordered();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
