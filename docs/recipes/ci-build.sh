#!/bin/sh
# What a CI job runs in a clone of the site's repository: bring the discussion, build, leave output/ to
# be published. Its trigger: a push to the main branch or to the branch `discussion`.
#
#   ci-build.sh [REMOTE] [BRANCH]
set -eu
remote=${1:-origin}
branch=${2:-discussion}

rm -rf discussion
mkdir discussion
if git fetch --quiet --depth 1 "$remote" "refs/heads/$branch"; then
    git archive FETCH_HEAD | tar -x -C discussion
else
    echo "No branch $branch yet: building without a discussion."
fi
python3 -m pelican --fatal errors
