"""What a compiled pipeline says of a task's pod: secrets, scratch space and limits.

Which node a pod lands on, how its image is pulled and what its labels are is of no concern on one machine: such
settings are known here, and passed over.
"""

from typing import Any

from maskline.pipelines.dag.fields import fields
from maskline.pipelines.dag.graph import Limits, Scratch, SecretFiles
from maskline.pipelines.errors import UnsupportedFeature

_ELSEWHERE = "imagePullPolicy imagePullSecret nodeAffinity nodeSelector podMetadata tolerations"
_HERE = "activeDeadlineSeconds emptyDirMounts secretAsVolume securityContext"
_RESOURCES = "accelerator cpuLimit cpuRequest memoryLimit memoryRequest resourceCpuLimit resourceCpuRequest"


class Pod:
    """The settings of one executor, from the file's two documents."""

    def __init__(self, label: str, resources: dict[str, Any], settings: dict[str, Any]) -> None:
        """Read the container's `resources` and the platform's `settings`.  Raises UnsupportedFeature."""
        self._label = label
        self._resources = fields(
            resources, f"{label}.resources", f"{_RESOURCES} resourceMemoryLimit resourceMemoryRequest"
        )
        self._settings = fields(settings, label, f"{_ELSEWHERE} {_HERE}")

    def secret_files(self) -> tuple[SecretFiles, ...]:
        """Return the secrets that are mounted as folders."""
        found = []
        for mount in self._settings.get("secretAsVolume", []):
            fields(mount, f"{self._label}.secretAsVolume", "mountPath optional secretName secretNameParameter")
            if "secretName" not in mount:
                raise UnsupportedFeature(f"{self._label}: a secret that a parameter names cannot be used locally")
            found.append(SecretFiles(mount["secretName"], mount["mountPath"], bool(mount.get("optional", False))))
        return tuple(found)

    def scratch(self) -> tuple[Scratch, ...]:
        """Return the empty folders that are mounted."""
        found = []
        for mount in self._settings.get("emptyDirMounts", []):
            fields(mount, f"{self._label}.emptyDirMounts", "medium mountPath sizeLimit volumeName")
            medium = mount.get("medium", "")
            if medium not in {"", "Memory"}:
                raise UnsupportedFeature(f"{self._label}: an empty folder on '{medium}' cannot be made locally")
            found.append(Scratch(mount["mountPath"], mount.get("sizeLimit", ""), medium == "Memory"))
        return tuple(found)

    def limits(self) -> Limits:
        """Return what the pod may use, and as whom it runs."""
        context = fields(
            self._settings.get("securityContext", {}),
            f"{self._label}.securityContext",
            "runAsGroup runAsNonRoot runAsUser",
        )
        return Limits(
            cpu=self._resources.get("resourceCpuLimit", ""),
            memory=self._resources.get("resourceMemoryLimit", ""),
            accelerators=_count(self._resources.get("accelerator", {}), f"{self._label}.resources.accelerator"),
            timeout_s=int(self._settings.get("activeDeadlineSeconds", 0)),
            user=int(context.get("runAsUser", 0)),
            group=int(context.get("runAsGroup", 0)),
        )


def _count(accelerator: dict[str, Any], where: str) -> int:
    return int(fields(accelerator, where, "count resourceCount resourceType type").get("resourceCount", 0))
