package app.gigpigs.mauticsync.runs;

/** Who watches a run. Called from several threads. */
public interface Progress {
    /** So many more customers are to be pushed. */
    void expect(int customers);

    /** So many have an outcome. */
    void done(int customers);

    /** Something a person waiting should know, in one line without personal data. */
    void note(String line);

    /** Nobody watches. */
    Progress NONE = new Progress() {
        @Override
        public void expect(int customers) {}

        @Override
        public void done(int customers) {}

        @Override
        public void note(String line) {}
    };
}
