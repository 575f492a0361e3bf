echo one

# shellcheck disable=SC2086 # a list of words
echo $1

# shellcheck disable=SC2086,SC2034 bad
variable=$1
