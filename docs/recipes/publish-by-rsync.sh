#!/bin/sh
# Builds the site beside the public copy and brings it over: first what is new, pages after the files
# that they show, and only then what is no longer there. A reader never meets a page half written.
#
#   publish-by-rsync.sh TARGET       e.g. web@host:/var/www/vencejo/ or /srv/www/vencejo/
#
# As the daemon's build command:  [site] build = "sh docs/recipes/publish-by-rsync.sh TARGET"
set -eu
target=${1:?"say where to, as web@host:/var/www/vencejo/"}

pelican --fatal errors
rsync --recursive --checksum --delay-updates --exclude '*.html' --exclude '*.html.*' \
    --exclude outbox.json output/ "$target"
rsync --recursive --checksum --delay-updates --exclude outbox.json output/ "$target"
rsync --recursive --checksum --delete-after --delay-updates output/ "$target"
