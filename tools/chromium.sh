#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: best the one without a window of its
# own, which takes half the time.
command -v chromium-headless-shell >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -qq -y --no-install-recommends \
        chromium-headless-shell fonts-dejavu-core >/dev/null && exit 0
fi
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
echo "The browser tests need Chromium: install it (Debian: sudo apt install chromium)" >&2
exit 1
