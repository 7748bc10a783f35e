package app.gigpigs.mauticsync.mapping;

import app.gigpigs.mauticsync.config.YamlFile;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CrmNames.Emails;
import app.gigpigs.mauticsync.crm.CrmNames.Profiles;
import app.gigpigs.mauticsync.crm.Relation;
import app.gigpigs.mauticsync.mapping.SegmentMap.MauticName;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What of the CRM goes where in Mautic, as far as the YAML file says otherwise than the original design. */
public final class MappingFile {
    private final YamlFile file;

    public MappingFile(YamlFile file) {
        this.file = file;
    }

    /** The mapping; the original design's where the file says nothing or something impossible. */
    public Mapping read() {
        try {
            return new Mapping(crm(), fields(), segments());
        } catch (IllegalArgumentException e) {
            file.problem(String.valueOf(e.getMessage()));
            return Mapping.DEFAULT;
        }
    }

    private CrmNames crm() {
        JsonNode crm = file.section("crm");
        file.keys("crm", crm, Set.of("view", "segments-column", "profiles", "emails"));
        JsonNode profiles = crm.path("profiles");
        file.keys("crm.profiles", profiles, Set.of("table", "id", "opt-in", "opt-in-time"));
        JsonNode emails = crm.path("emails");
        file.keys("crm.emails", emails, Set.of("table", "customer", "email", "bounces", "valid"));
        CrmNames usual = CrmNames.DEFAULT;
        return new CrmNames(
                relation(crm, "crm.view", usual.view()),
                new Profiles(
                        relation(
                                profiles, "crm.profiles.table", usual.profiles().table()),
                        file.text(profiles, "crm.profiles.id", usual.profiles().id()),
                        file.text(
                                profiles,
                                "crm.profiles.opt-in",
                                usual.profiles().optIn()),
                        profiles.has("opt-in-time") ? file.text(profiles, "crm.profiles.opt-in-time", "") : null),
                new Emails(
                        relation(emails, "crm.emails.table", usual.emails().table()),
                        file.text(emails, "crm.emails.customer", usual.emails().customer()),
                        file.text(emails, "crm.emails.email", usual.emails().email()),
                        file.text(emails, "crm.emails.bounces", usual.emails().bounces()),
                        file.text(emails, "crm.emails.valid", usual.emails().valid())));
    }

    /** The usual fields, each of which may get another column or be switched off, and fields of one's own. */
    private FieldMap fields() {
        Map<String, MappedField> fields = new LinkedHashMap<>();
        FieldMap.DEFAULT.fields().forEach(field -> fields.put(field.alias(), field));
        file.section("fields").properties().forEach(entry -> {
            String alias = entry.getKey();
            if (YamlFile.off(entry.getValue())) {
                fields.remove(alias);
            } else {
                fields.put(alias, field(alias, entry.getValue(), fields.get(alias)));
            }
        });
        return new FieldMap(List.copyOf(fields.values()));
    }

    private MappedField field(String alias, JsonNode value, @Nullable MappedField usual) {
        if (value.isTextual()) {
            return new MappedField(value.asText(), alias, usual == null ? FieldKind.TEXT : usual.kind());
        }
        String at = "fields." + alias;
        file.keys(at, value, Set.of("column", "kind"));
        String kind = file.text(value, at + ".kind", usual == null ? "text" : lower(usual.kind()));
        FieldKind known = Arrays.stream(FieldKind.values())
                .filter(one -> lower(one).equals(kind))
                .findFirst()
                .orElse(null);
        if (known == null) {
            file.problem(at + ".kind is \"" + kind + "\"; it must be one of "
                    + Arrays.stream(FieldKind.values()).map(MappingFile::lower).collect(Collectors.joining(", ")));
        }
        return new MappedField(
                file.text(value, at + ".column", usual == null ? alias : usual.column()),
                alias,
                known == null ? FieldKind.TEXT : known);
    }

    private static String lower(FieldKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private SegmentMap segments() {
        Map<String, MauticName> segments = new LinkedHashMap<>(SegmentMap.DEFAULT.names());
        file.section("segments").properties().forEach(entry -> {
            String crmName = entry.getKey().strip().toLowerCase(Locale.ROOT);
            if (YamlFile.off(entry.getValue())) {
                segments.remove(crmName);
            } else {
                segments.put(crmName, mauticName(crmName, entry.getValue()));
            }
        });
        return new SegmentMap(
                file.text(file.section("crm"), "crm.segments-column", SegmentMap.DEFAULT.column()), segments);
    }

    private MauticName mauticName(String crmName, JsonNode value) {
        if (value.isTextual()) {
            return new MauticName(value.asText(), alias(value.asText()));
        }
        String at = "segments." + crmName;
        file.keys(at, value, Set.of("name", "alias"));
        String called = file.text(value, at + ".name", crmName);
        return new MauticName(called, file.text(value, at + ".alias", alias(called)));
    }

    private static String alias(String segmentName) {
        return segmentName.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    private Relation relation(JsonNode parent, String at, Relation usual) {
        try {
            return Relation.parse(file.text(parent, at, usual.toString()));
        } catch (IllegalArgumentException e) {
            file.problem(at + " " + e.getMessage());
            return usual;
        }
    }
}
