package app.gigpigs.mauticsync.runs;

/** Watches a run. Called from several threads. */
public interface Progress {
    /** This many more customers are to be pushed. */
    void expect(int customers);

    /** This many more customers have an outcome. */
    void done(int customers);

    /** Something a person waiting should know, in one line without personal data. */
    void note(String line);

    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void expect(int customers) {}

        @Override
        public void done(int customers) {}

        @Override
        public void note(String line) {}
    };
}
