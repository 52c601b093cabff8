"""`backends`: the available backends, and the packages that they come from."""

from __future__ import annotations

from dazzle_infra.cli.options import Options, command

__all__ = ["backends"]


@command("project", "as_json", "quiet", "plain")
def backends(options: Options) -> None:
    """List the backends: what each generates, and the package that it comes from."""
    from dazzle_infra.backends.registry import OWN_ORIGIN, backends_of, unusable_backends
    from dazzle_infra.backends.registry import backends as installed
    from dazzle_infra.cli.loading import manifest_of, project_of
    from dazzle_infra.cli.output import output_of
    from dazzle_infra.errors import ManifestError
    from dazzle_infra.project.manifest import FILE_NAME, CustomSettings

    output = output_of(options)
    try:
        found = backends_of(manifest_of(project_of(options), required=False))
    except ManifestError as error:
        # The cause may be a package that cannot be used, which is listed below.
        output.note(f"warning: the templates of {FILE_NAME} are not listed: {error.message}")
        found = installed()
    listed = []
    for one in found:
        is_custom = issubclass(one.Settings, CustomSettings)
        capabilities, origin = one.capabilities(), FILE_NAME if is_custom else one.origin or OWN_ORIGIN
        package, _, version = (origin, "", None) if is_custom else origin.rpartition(" ")
        listed.append(
            {
                "name": one.name,
                "summary": one.summary,
                "template": one.source,
                "output_formats": list(capabilities.output_formats),
                "supports_incremental": capabilities.supports_incremental,
                "requires_config": capabilities.requires_config,
                "package": package,
                "version": version,
            }
        )
        formats = ", ".join(capabilities.output_formats)
        output.line(f"  {one.name:<11} ", one.summary, f"   {formats}", (f"   {origin}", "dim"), hang=14)
        output.line(" " * 14, (one.source, "dim"), hang=14)
    for broken in unusable_backends():
        output.line(f"  {broken.name or '-':<11} ", (str(broken), "yellow"), hang=14)
    output.document({"backends": listed, "unusable": [vars(broken) for broken in unusable_backends()]})
