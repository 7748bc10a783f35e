package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.app.OwnedTables;
import app.gigpigs.mauticsync.consent.AddressModel.Origin;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.ErasureReversal;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport;
import app.gigpigs.mauticsync.consent.suppression.list.ListOptions;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.AllowByOperator;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.Webhooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What people do in Mautic, and what an operator does with commands. */
final class PeopleActs {
    private static final List<String> REASONS =
            List.of("unsubscribed", "complained", "bounced", "blocked", "unsubscribed");

    private final ConsentWorld world;
    private final AddressModel model;
    private final ReconsentPolicy policy;
    private boolean arriving = true;
    private boolean immediate = true;

    PeopleActs(ConsentWorld world, AddressModel model, ReconsentPolicy policy) {
        this.world = world;
        this.model = model;
        this.policy = policy;
    }

    void play(Act act) {
        String address = AddressStory.address(act.who());
        Optional<SimulatedContact> contact =
                AddressStory.contacts(world, address).stream().findFirst();
        switch (act.kind()) {
            case UNSUBSCRIBE ->
                contact.ifPresent(one -> {
                    world.mautic.people().unsubscribe(world.mail(one));
                    saidUnlessThere(one, address);
                });
            case OPT_OUT_BY_HAND ->
                contact.ifPresent(one -> {
                    world.mautic.doNotContact(one.id(), 3);
                    saidUnlessThere(one, address);
                });
            case BOUNCE ->
                contact.ifPresent(one -> {
                    model.taint(address);
                    world.mautic.people().bounce(world.mail(one));
                });
            case REMOVE_ENTRY ->
                contact.ifPresent(one -> {
                    model.entryVanishes(address);
                    world.mautic.clearDoNotContact(one.id());
                });
            case MERGE -> contact.ifPresent(one -> merge(one, AddressStory.address(act.other())));
            case DELETE_CONTACT ->
                contact.ifPresent(one -> {
                    model.entryVanishes(address);
                    world.mautic.deleteContact(one.id());
                });
            case FILL_FORM -> {
                model.entryVanishes(address);
                if (model.erased.contains(address)) {
                    model.backByForm.add(address);
                }
                world.mautic.people().fillsForm(address);
            }
            case IMPORT -> importList(address, REASONS.get(act.other()));
            case ALLOW -> allow(address);
            case ERASE -> erase(address);
            case REVERT_ERASURE -> revert(address);
            default -> throw new AssertionError(act.kind());
        }
    }

    /** Mautic records no opt-out of a contact that is on do-not-contact already, and sends no webhook (seen on 5.1.0). */
    private void saidUnlessThere(SimulatedContact before, String address) {
        model.taint(address);
        if (!ConsentWorld.onDoNotContact(before)) {
            model.personSays(address, arriving && immediate);
        }
    }

    void webhooks(Step.Delivery delivery) {
        arriving = delivery == Step.Delivery.ARRIVES || delivery == Step.Delivery.ARRIVES_TWICE;
        world.webhooks(delivery);
    }

    void mode(Webhooks.Mode mode) {
        immediate = mode == Webhooks.Mode.IMMEDIATE;
        world.mautic.webhooks().mode(mode);
    }

    /** The values of the contact that was changed last win: an entry may end up with the other address. */
    private void merge(SimulatedContact loser, String other) {
        for (SimulatedContact winner : AddressStory.contacts(world, other)) {
            if (winner.id() != loser.id() && world.mautic.contact(loser.id()) != null) {
                for (String address : List.of(String.valueOf(loser.text("email")), other)) {
                    model.entryVanishes(address);
                }
                model.meet(loser.text("email"), other);
                model.unlinkedMerged |= !world.isLinked(loser.id());
                world.mautic.people().merge(loser.id(), winner.id());
                return;
            }
        }
    }

    private void importList(String address, String reason) {
        try (Mautic client = world.client()) {
            Path file = Files.createTempFile("list", ".csv");
            Files.writeString(file, "email,reason\n" + address + "," + reason + "\n");
            new SuppressionImport(
                            world.jdbi,
                            client,
                            Mapping.DEFAULT,
                            new ErasureRegister(Optional.empty()),
                            InstantSource.system())
                    .apply(SuppressionList.of(file, ListOptions.NONE), lines -> {});
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        model.says(address, Origin.LIST);
    }

    private void allow(String address) {
        model.taint(address);
        try (Mautic client = world.client()) {
            new AllowByOperator(
                            world.jdbi,
                            client,
                            ConsentWorld.settings(policy),
                            Sleeper.onThread(),
                            InstantSource.system())
                    .allow(
                            new Selection.Addresses(List.of(address)),
                            new Operator("Ann", "she phoned", Operator.Complaints.END))
                    .filter(report -> report.addresses() == 1)
                    .ifPresent(report -> model.said.remove(address));
        }
    }

    private void erase(String address) {
        model.entryVanishes(address);
        model.erase(address);
        try (Mautic client = world.client()) {
            new Erasure(
                            world.jdbi,
                            client,
                            CrmNames.DEFAULT,
                            OwnedTables.ofPeople(world.jdbi, CrmNames.DEFAULT, Optional.empty()),
                            Sleeper.onThread())
                    .erase(address);
        }
    }

    private void revert(String address) {
        new ErasureReversal(world.jdbi, CrmNames.DEFAULT, Optional.empty()).revert(address);
        model.taint(address);
        model.erased.remove(address);
        model.backByForm.remove(address);
    }
}
