# Prints the targets of a Makefile in groups: "##@ Group" opens one, "target: ... ## text" fills it.

BEGIN {
    FS = ":.*## "
    print "make <target>"
}

/^##@ / {
    printf "\n%s\n", substr($0, 5)
}

/^[a-z-]+:.*## / {
    printf "  %-11s %s\n", $1, $2
}
