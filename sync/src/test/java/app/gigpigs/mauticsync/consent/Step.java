package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.simulator.Webhooks;

/** One event in the life of two systems and the sync between them. */
sealed interface Step {
    void playIn(ConsentStory story);

    record OptOutInCrm(int customer) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.optOutInCrm(customer);
        }
    }

    record OptInInCrm(int customer) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.optInInCrm(customer);
        }
    }

    record EditInCrm(int customer) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.editInCrm(customer);
        }
    }

    /** Customer 3 gets another email address, or the former one again. */
    record ChangeEmail() implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.changeEmail();
        }
    }

    record OptOutInMautic(int customer, OptOutBy by) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.optOutInMautic(customer, by);
        }
    }

    record Bounce(int customer) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.bounce(customer);
        }
    }

    /**
     * The do-not-contact entry is removed in Mautic. That is not an opt-in.
     *
     * @param delivery of the webhook that reports it, and of those that follow
     */
    record RemoveDoNotContact(int customer, RemovedBy by, Delivery delivery) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.removeDoNotContact(customer, by, delivery);
        }
    }

    /** @param cut the number of the database message at which the process loses its connection; 0 for a run to the end */
    record Push(int cut) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.push(cut);
        }
    }

    /** @param cut as of a push */
    record ProcessInbox(int cut) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.processInbox(cut);
        }
    }

    /** @param cut as of a push */
    record CatchUp(int cut) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.catchUp(cut);
        }
    }

    /** Mautic applies the next batches, and their responses are lost. */
    record LoseResponses() implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.loseResponses();
        }
    }

    record Replay() implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.replay();
        }
    }

    /** How webhooks are delivered from now on. */
    record Webhook(Delivery delivery) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.webhooks(delivery);
        }
    }

    record QueueMode(Webhooks.Mode mode) implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.queueMode(mode);
        }
    }

    record ProcessQueue() implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.processQueue();
        }
    }

    record DeliverDelayedWebhooks() implements Step {
        @Override
        public void playIn(ConsentStory story) {
            story.deliverDelayedWebhooks();
        }
    }

    enum OptOutBy {
        LINK,
        ONE_CLICK,
        ADMIN
    }

    enum RemovedBy {
        ADMIN,
        RESUBSCRIBE_LINK
    }

    enum Delivery {
        ARRIVES,
        IS_LOST,
        ARRIVES_TWICE,
        IS_DELAYED
    }
}
