package app.gigpigs.mauticsync.mapping;

import app.gigpigs.mauticsync.crm.ColumnName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of the CRM's segments is which of Mautic's. Pure.
 *
 * @param column the view's column with the names of a customer's segments, a text[]
 * @param names CRM name in lower case to Mautic's name
 */
public record SegmentMap(String column, Map<String, MauticName> names) {
    /** The four segments of the original design. */
    public static final SegmentMap DEFAULT = new SegmentMap(
            "customer_segments",
            Map.of(
                    "vip", new MauticName("VIP Customers", "vip-customers"),
                    "regular", new MauticName("Regular Customers", "regular-customers"),
                    "new", new MauticName("New Customers", "new-customers"),
                    "inactive", new MauticName("Inactive Customers", "inactive-customers")));

    public SegmentMap {
        ColumnName.check(column);
        names.forEach((crmName, called) -> {
            if (!crmName.equals(key(crmName)) || crmName.isEmpty()) {
                throw new IllegalArgumentException("the CRM's segment name \"" + crmName + "\" must be in lower case");
            }
        });
        names = Map.copyOf(names);
    }

    /** The known segments among a customer's names, by CRM name. */
    public Set<String> known(List<String> crmNames) {
        Set<String> known = new TreeSet<>();
        crmNames.stream().map(SegmentMap::key).filter(names::containsKey).forEach(known::add);
        return known;
    }

    /** The names that no segment is mapped to. */
    public Set<String> unknown(List<String> crmNames) {
        Set<String> unknown = new TreeSet<>();
        crmNames.stream()
                .map(SegmentMap::key)
                .filter(name -> !name.isEmpty() && !names.containsKey(name))
                .forEach(unknown::add);
        return unknown;
    }

    /** In a fixed order, so that segments are created in the same one everywhere. */
    public Map<String, MauticName> ordered() {
        Map<String, MauticName> ordered = new LinkedHashMap<>();
        names.keySet().stream().sorted().forEach(name -> ordered.put(name, names.get(name)));
        return ordered;
    }

    static String key(String crmName) {
        return crmName.strip().toLowerCase(Locale.ROOT);
    }

    /**
     * How Mautic calls a segment.
     *
     * @param name as people see it
     * @param alias as the API sees it; Mautic removes underscores from it (seen on 5.1.0)
     */
    public record MauticName(String name, String alias) {}
}
