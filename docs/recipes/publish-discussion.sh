#!/bin/sh
# Gives discussion/ to a site that is built from a repository: as a branch of one commit, replaced each
# time, so that a person's words that were erased are in no history.
#
#   publish-discussion.sh REMOTE [BRANCH]      e.g. git@host:brand/site.git discussion
#
# As the daemon's build command:  [site] build = "sh docs/recipes/publish-discussion.sh REMOTE"
set -eu
remote=${1:?"say which repository, as git@host:brand/site.git"}
branch=${2:-discussion}
folder=$(pwd)/discussion
mkdir -p "$folder"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
git init --quiet --bare "$work/git"
export GIT_DIR="$work/git" GIT_INDEX_FILE="$work/index" GIT_WORK_TREE="$folder"
export GIT_AUTHOR_NAME=tertulia GIT_AUTHOR_EMAIL=tertulia@localhost
export GIT_COMMITTER_NAME=tertulia GIT_COMMITTER_EMAIL=tertulia@localhost

cd "$folder"
git add --all --force .
tree=$(git write-tree)
if git fetch --quiet --depth 1 "$remote" "refs/heads/$branch" 2>/dev/null &&
    [ "$(git rev-parse 'FETCH_HEAD^{tree}')" = "$tree" ]; then
    echo "Nothing new was said."
    exit 0
fi
commit=$(git commit-tree "$tree" -m "What people said, as it stands")
git push --quiet --force "$remote" "$commit:refs/heads/$branch"
echo "The branch $branch has the discussion as it stands."
