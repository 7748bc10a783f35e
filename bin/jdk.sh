# Sourced by mautic-sync and verify: sets JAVA_HOME to the newest JDK (17 or later) found on this machine.

java_feature_version() { # folder of a JDK -> its feature version, or nothing
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

newest_jdk() {
  local best="" best_version=16 folder version
  for folder in "${JAVA_HOME:-}" "$(java_on_path)" /usr/lib/jvm/* /opt/*jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.sdkman/candidates/java/*; do
    [ -n "$folder" ] || continue
    version="$(java_feature_version "$folder")"
    if [ -n "$version" ] && [ "$version" -gt "$best_version" ]; then
      best="$folder"
      best_version="$version"
    fi
  done
  echo "$best"
}

java_on_path() {
  local java
  java="$(command -v javac || true)"
  [ -n "$java" ] && dirname "$(dirname "$(readlink -f "$java")")"
  return 0
}

require_maven() {
  if ! command -v mvn >/dev/null 2>&1; then
    echo "mautic-sync: Maven 3.8 or later is needed to build; install it (for example: apt-get install maven)" >&2
    exit 1
  fi
}

# MAUTIC_SYNC_JAVA_HOME pins one JDK, for example to try the oldest supported one.
if [ -n "${MAUTIC_SYNC_JAVA_HOME:-}" ]; then
  JAVA_HOME="$MAUTIC_SYNC_JAVA_HOME"
else
  JAVA_HOME="$(newest_jdk)"
fi
if [ -z "$JAVA_HOME" ] || [ ! -x "$JAVA_HOME/bin/java" ]; then
  echo "mautic-sync: no JDK 17 or later found; install one (for example: apt-get install openjdk-17-jdk-headless)" >&2
  exit 1
fi
export JAVA_HOME

# A small program that mostly waits: the small collector and the quick compiler halve its memory and its work at the start.
# Without memory it ends, for a supervisor to start again, instead of living on with a thread less that nobody misses.
# shellcheck disable=SC2034
JAVA_DEFAULTS="${MAUTIC_SYNC_JAVA_DEFAULTS--XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError}"
