#!/bin/sh
# Checks this dossier: that every file is what the links of the log in chain/ name. Needs sha256sum and what every POSIX system has.
cd "$(dirname "$0")" || exit 2
bad=0
wrong() { echo "WRONG: $1"; bad=1; }
sum() { sha256sum < "$1" | cut -d' ' -f1; }
# The SHA-256 of a SHA-256 in bytes: how a link names a proof by its evidence.
proof() { for pair in $(sum "$1" | sed 's/../& /g'); do printf "\\$(printf '%03o' "0x$pair")"; done | sha256sum | cut -d' ' -f1; }
after() { printf '%08d' "$(expr "$1" + 1)"; }
# A page is the one that its evidence names, and each certificate is named by some evidence.
page() {
  [ -f "$1page.bin" ] || { echo "note: the bytes of $1 are not here: withdrawn, or dropped to save space; their SHA-256 stays"; return; }
  grep -q "\"sha256\": \"$(sum "$1page.bin")\"" "$1evidence.json" || wrong "$1page.bin is not the page that $1evidence.json names"
}

sha256sum --quiet -c SHA256SUMS || bad=1
article=$(sed -n 's/^article //p' article.txt)
links=$(grep -lx "article $article" chain/*.txt) || wrong "no link of the log is about $article"

# Each link holds the SHA-256 of the one before, each stamp that of the link it stamps.
for link in chain/*.txt; do
  next=chain/$(after "$(basename "$link" .txt)").txt
  [ ! -f "$next" ] || grep -qx "before $(sum "$link")" "$next" || wrong "$next does not follow from $link"
done
for stamp in stamps/*.txt; do
  [ -f "$stamp" ] || continue
  link=chain/$(basename "$stamp")
  [ -f "$link" ] && grep -qx "head $(sum "$link")" "$stamp" || wrong "$stamp stamps something else than $link"
done

# What the article's links name is what lies here.
known=""
for link in $links; do
  revision=$(sed -n 's/^revision //p' "$link")
  known="$known $revision "
  at=$(basename "$link" .txt)
  while [ ! -f "stamps/$at.txt" ] && [ -f "chain/$(after "$at").txt" ]; do at=$(after "$at"); done
  if [ -f "stamps/$at.txt" ]; then echo "revision $revision: $link leads to the time stamp stamps/$at.tsr"
  else echo "revision $revision: $link is under no time stamp here"; fi
  seen=$(sed -n 's/^seen //p' "$link")
  case $(sed -n 's/^kind //p' "$link") in withdrawn | released) ;; *)
    grep -q "^$seen " observations.txt || wrong "observations.txt does not tell of $seen, when $link was seen" ;;
  esac
  folder=revisions/$revision/
  if [ -d "$folder" ]; then
    for pair in said.txt:content page.bin:page evidence.json:evidence; do
      file=$folder${pair%%:*}
      [ ! -f "$file" ] || grep -qx "${pair##*:} $(sum "$file")" "$link" || wrong "$file is not what $link names"
    done
    page "$folder"
  fi
  for folder in proofs/"$revision"-*/; do
    [ -d "$folder" ] || continue
    grep -qx "proof $(proof "${folder}evidence.json")" "$link" || wrong "${folder}evidence.json is no proof that $link names"
    page "$folder"
  done
done
for folder in revisions/*/ proofs/*/; do
  [ -d "$folder" ] || continue
  number=$(basename "$folder")
  case $known in *" ${number%%-*} "*) ;; *) wrong "no link of the log is about $folder" ;; esac
done
for file in certificates/*.der; do
  [ -f "$file" ] || continue
  cat revisions/*/evidence.json proofs/*/evidence.json 2> /dev/null | grep -q "\"$(sum "$file")\"" || wrong "no evidence names $file"
done
[ $bad = 0 ] && echo "everything agrees with the log in chain/"
exit $bad
