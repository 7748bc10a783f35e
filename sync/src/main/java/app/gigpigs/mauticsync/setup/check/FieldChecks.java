package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mautic.ContactField;
import app.gigpigs.mauticsync.mautic.FieldApi;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether Mautic's contact fields can hold the mapping. A missing field can be created. A field that exists is
 * reported and never altered, except that the customer's id is made unique.
 */
public final class FieldChecks {
    private static final String PLACE = "Mautic: Settings > Custom Fields";
    /** Mautic cuts longer aliases (seen on 5.1.0). */
    private static final int LONGEST_ALIAS = 25;

    private final FieldApi definitions;
    private final Map<String, List<String>> valuesInUse;

    /**
     * For the given mapping.
     *
     * @param valuesInUse the values that the CRM has for each select field, by Mautic's alias
     */
    public FieldChecks(FieldApi definitions, Map<String, List<String>> valuesInUse) {
        this.definitions = definitions;
        this.valuesInUse = valuesInUse;
    }

    public List<Finding> findings(List<MappedField> wanted) {
        Map<String, ContactField> present = definitions.all().stream()
                .collect(Collectors.toMap(ContactField::alias, Function.identity(), (a, b) -> a));
        List<Finding> findings = new ArrayList<>();
        for (MappedField field : wanted) {
            ContactField found = present.get(field.alias());
            if (found == null) {
                findings.add(missing(field));
            } else {
                findings.addAll(faults(field, found));
            }
        }
        return findings.isEmpty()
                ? List.of(Finding.ok("contact fields", wanted.size() + " fields can hold what is mapped to them"))
                : findings;
    }

    private Finding missing(MappedField field) {
        String alias = field.alias();
        Finding missing = Finding.problem(
                "contact field " + alias,
                "Mautic has no field with this alias, and would ignore its values without an error",
                PLACE + " > New, alias " + alias);
        if (alias.length() > LONGEST_ALIAS) {
            return Finding.problem(
                    missing.subject(),
                    missing.message(),
                    "Mautic cuts aliases to " + LONGEST_ALIAS
                            + " characters: give the field a shorter alias in mautic-sync.yaml");
        }
        Optional<FieldApi.Definition> definition = definition(field);
        return definition
                .map(wanted -> missing.fixedBy(new Fix(
                        "create the contact field " + alias + " (" + FieldLabels.of(wanted) + ")",
                        () -> create(wanted))))
                .orElse(Finding.problem(
                        missing.subject(),
                        missing.message() + "; it needs a list of choices, and the CRM has no values yet",
                        PLACE + " > New, type select, with its values"));
    }

    private void create(FieldApi.Definition wanted) {
        ContactField made = definitions.create(wanted);
        if (!made.alias().equals(wanted.alias())) {
            throw new NotReadyException(
                    ErrorCode.MAUTIC_INCOMPLETE,
                    List.of("Mautic gave the field a different alias, \"" + made.alias()
                            + "\": map that one in mautic-sync.yaml, or delete the field in Mautic"));
        }
    }

    private Optional<FieldApi.Definition> definition(MappedField field) {
        String alias = field.alias();
        String label = FieldLabels.label(alias);
        return switch (field.kind()) {
            case ID -> Optional.of(FieldApi.Definition.unique(alias, label));
            case TEXT -> Optional.of(FieldApi.Definition.text(alias, label, 191));
            case NUMBER -> Optional.of(FieldApi.Definition.number(alias, label, FieldLabels.decimals(alias)));
            case BOOLEAN -> Optional.of(FieldApi.Definition.bool(alias, label));
            case EMAIL -> Optional.of(FieldApi.Definition.plain(alias, label, "email"));
            case DATETIME -> Optional.of(FieldApi.Definition.plain(alias, label, "datetime"));
            case COUNTRY -> Optional.of(FieldApi.Definition.plain(alias, label, "country"));
            case STATE -> Optional.of(FieldApi.Definition.plain(alias, label, "region"));
            case SELECT -> {
                Map<String, String> choices = FieldLabels.labels(valuesInUse.getOrDefault(alias, List.of()));
                yield choices.isEmpty()
                        ? Optional.empty()
                        : Optional.of(FieldApi.Definition.select(alias, label, choices));
            }
        };
    }

    private List<Finding> faults(MappedField field, ContactField found) {
        String subject = "contact field " + field.alias();
        List<Finding> faults = new ArrayList<>();
        if (!field.kind().mauticTypes().contains(found.type())) {
            return List.of(
                    Finding.problem(
                            subject,
                            "is of type " + found.type() + ", expected "
                                    + field.kind().mauticTypes().stream()
                                            .sorted()
                                            .collect(Collectors.joining(" or ")),
                            "Mautic cannot change a type: delete the field there (its values go with it) and run ./mautic-sync setup, or map another alias in mautic-sync.yaml"));
        }
        if (!found.published()) {
            faults.add(
                    Finding.problem(subject, "is not published, so Mautic ignores its values", PLACE + ": publish it"));
        }
        if (field.kind() == FieldKind.ID && !found.unique()) {
            faults.add(Finding.warning(subject, "is not a unique identifier, so Mautic may create a contact twice", "")
                    .fixedBy(new Fix(
                            "make the contact field " + field.alias() + " a unique identifier",
                            () -> definitions.makeUnique(found.id()))));
        }
        if (field.kind() == FieldKind.NUMBER && !"0".equals(found.defaultValue())) {
            faults.add(Finding.warning(
                    subject,
                    "has no default value 0, so a new contact's 0 is stored as nothing and a segment filter on 0 misses it",
                    PLACE + " > " + field.alias() + ": default value 0"));
        }
        unlisted(field, found).ifPresent(faults::add);
        return faults;
    }

    private Optional<Finding> unlisted(MappedField field, ContactField found) {
        if (field.kind() != FieldKind.SELECT || found.choices().isEmpty()) {
            return Optional.empty();
        }
        List<String> unlisted = valuesInUse.getOrDefault(field.alias(), List.of()).stream()
                .filter(value -> found.choices().stream().noneMatch(value::equalsIgnoreCase))
                .toList();
        return unlisted.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        "contact field " + field.alias(),
                        "does not list " + String.join(", ", unlisted)
                                + ", which the CRM has; those customers are sent without it",
                        PLACE + " > " + field.alias() + ": add these values"));
    }
}
