# Sourced by ./kbt and ./test: installs what a build needs and publishes the native binary. POSIX sh.

kbt_say() { printf '%s\n' "kbt: $*" >&2; }

# kbt_need PACKAGE PURPOSE CHECK...: remembers a Debian package whose check fails. CHECK is a command.
kbt_missing= kbt_reasons=
kbt_need() {
    kbt_package=$1 kbt_purpose=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    kbt_missing="$kbt_missing $kbt_package"
    kbt_reasons="$kbt_reasons
    $kbt_package: $kbt_purpose"
}

# True where gcc finds the file among its headers or libraries.
kbt_has_library() { case $(gcc -print-file-name="$1") in /*) ;; *) return 1 ;; esac; }
kbt_has_header() { printf '#include <%s>\n' "$1" | gcc -E - ; }

kbt_need_build_packages() {
    kbt_need gcc "links the native binary" command -v gcc
    kbt_need libc6-dev "links the native binary" kbt_has_header stdio.h
    kbt_need libbpf-dev "libbpf.a, linked in: loads eBPF" kbt_has_library libbpf.a
    kbt_need libelf-dev "libelf.a, linked in: libbpf reads objects with it" kbt_has_library libelf.a
    kbt_need zlib1g-dev "libz.a, linked in: libelf needs it" kbt_has_library libz.a
}

# Installs what kbt_need found missing, with apt-get where that is possible, else says the one command that does.
kbt_install_missing() {
    [ -n "$kbt_missing" ] || return 0
    kbt_command="apt-get install -y --no-install-recommends$kbt_missing"
    if ! command -v apt-get >/dev/null 2>&1; then
        kbt_say "these packages (Debian's names) are missing:$kbt_reasons"
        return 1
    fi
    if [ "$(id -u)" != 0 ]; then
        kbt_say "these packages are missing:$kbt_reasons"
        kbt_say "install them, and run this again:
    sudo $kbt_command"
        return 1
    fi
    kbt_say "installing with apt-get:$kbt_reasons"
    kbt_log=$(mktemp)
    if ! DEBIAN_FRONTEND=noninteractive $kbt_command </dev/null >"$kbt_log" 2>&1 &&
        ! { apt-get update </dev/null >>"$kbt_log" 2>&1 && DEBIAN_FRONTEND=noninteractive $kbt_command </dev/null >>"$kbt_log" 2>&1; }; then
        tail -n 20 "$kbt_log" >&2
        rm -f "$kbt_log"
        kbt_say "apt-get failed; this is the command: $kbt_command"
        return 1
    fi
    rm -f "$kbt_log"
    kbt_missing= kbt_reasons=
}

# Puts a .NET 10 SDK on PATH, or says how to get one.
kbt_find_sdk() {
    for kbt_dotnet in "${DOTNET_ROOT:-}" '' "${HOME:-/root}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet /opt/dotnet; do
        if "${kbt_dotnet:+$kbt_dotnet/}dotnet" --list-sdks 2>/dev/null | grep -q '^10\.'; then
            [ -z "$kbt_dotnet" ] || PATH=$kbt_dotnet:$PATH
            export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
            export HOME="${HOME:-/root}"
            return 0
        fi
    done
    kbt_say "the .NET 10 SDK is needed to build kbt, and no dotnet with an SDK 10 is on PATH.
    Debian 12 has no package of it. Microsoft's install script puts it into ~/.dotnet, where kbt finds it:
    https://learn.microsoft.com/dotnet/core/install/linux-debian"
    return 1
}

# kbt_publish ROOT BUILD: compiles the sources to BUILD/kbt, in one step as seen by others: a running kbt is not disturbed.
kbt_publish() {
    kbt_root=$1 kbt_out=$2
    : >"$kbt_out/stamp.new" || return 1
    # dotnet build, in an IDE or in ./test, makes these in the source directories; were they made later, the directories would look changed.
    for kbt_project in "$kbt_root"/src/*/; do mkdir -p "$kbt_project/obj" "$kbt_project/bin" 2>/dev/null; done
    (cd "$kbt_root" && find src examples eng/build.sh eng/launch.c Directory.*.props \( -name obj -o -name bin \) -prune -o -print) >"$kbt_out/sources.new"
    kbt_say "building the native binary (a minute or so)"
    # The lock files are those of x86-64; another architecture has other native packages.
    kbt_locked=
    case $(uname -m) in x86_64) kbt_locked=-p:RestoreLockedMode=true ;; esac
    # --artifacts-path keeps the publish apart from what an IDE or dotnet build leaves in bin and obj.
    if ! dotnet publish "$kbt_root/src/Cli/BpfScript.Cli.csproj" -c Release --artifacts-path "$kbt_out/artifacts" -o "$kbt_out/publish" \
        -v quiet -nologo --disable-build-servers $kbt_locked </dev/null >"$kbt_out/build.log" 2>&1 ||
        ! gcc -O2 -Wall -static -o "$kbt_out/publish/launch" "$kbt_root/eng/launch.c" >>"$kbt_out/build.log" 2>&1; then
        cat "$kbt_out/build.log" >&2
        kbt_say "the build failed; its output is above and in $kbt_out/build.log"
        return 1
    fi
    for kbt_file in kbt launch; do
        cp "$kbt_out/publish/$kbt_file" "$kbt_out/$kbt_file.new" && mv -f "$kbt_out/$kbt_file.new" "$kbt_out/$kbt_file" || return 1
    done
    mv -f "$kbt_out/sources.new" "$kbt_out/sources" && mv -f "$kbt_out/stamp.new" "$kbt_out/stamp"
}

# kbt_build ROOT BUILD: brings BUILD/kbt up to date. Several at once: one builds, the others wait and use its binary.
kbt_build() {
    if ! mkdir -p "$2" 2>/dev/null || ! [ -w "$2" ]; then
        kbt_say "can't write to $2, where the native binary is built
    (a read-only checkout?). Set KBT_BUILD_DIR to a directory that can be written, or copy the checkout."
        return 1
    fi
    exec 9>"$2/lock" || return 1
    flock 9
    [ -x "$2/launch" ] && "$2/launch" check "$1" "$2" && return 0
    kbt_need_build_packages
    kbt_install_missing && kbt_find_sdk && kbt_publish "$1" "$2" 9>&-
}
