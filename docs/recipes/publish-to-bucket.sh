#!/bin/sh
# Builds the site and brings it to object storage (S3 and its kin) with rclone: first the files whose
# name has a digest, which may be cached for ever, then everything else, then what is gone is removed.
# The outbox goes last, so the daemon sends nothing that is not there yet.
#
#   publish-to-bucket.sh TARGET          e.g. storage:vencejo.example
#
# `rclone config` makes the remote `storage`. As the daemon's build command:
#   [site] build = "sh docs/recipes/publish-to-bucket.sh storage:vencejo.example"
set -eu
target=${1:?"say where to, as storage:vencejo.example"}
digested='{{.*[-./][0-9a-f]{8,64}(-[0-9]+)?\.(css|js|png|jpe?g|webp|avif|svg|woff2)}}'

pelican --fatal errors
rclone copy --checksum --include "$digested" \
    --header-upload 'Cache-Control: public, max-age=31536000, immutable' output/ "$target"
rclone copy --checksum --filter "- $digested" --filter '- /outbox.json' \
    --header-upload 'Cache-Control: no-cache' output/ "$target"
rclone sync --checksum --header-upload 'Cache-Control: no-cache' output/ "$target"
