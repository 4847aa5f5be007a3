"""What to change when an import failed, as KFP code where the component can say it."""

from __future__ import annotations

from kfpops.diagnose.step import Step
from kfpops.knowledge.binary_errors import BinaryMismatch
from kfpops.knowledge.import_errors import ImportFailure
from kfpops.knowledge.system_libraries import CUDA_PREFIXES, debian_package
from kfpops.model.finding import Advice


def runs_python_component(step: Step) -> bool:
    """Whether KFP's Python executor ran the code: then packages can be asked for in the component's decorator."""
    log = step.log
    if log is None:
        return False
    frames = log.traceback.frames if log.traceback else ()
    return log.python_component or any("/kfp/" in f.file and "/executor" in f.file for f in frames)


def install_code(*requirements: str) -> str:
    """The decorator that installs these when the component starts."""
    return f"@dsl.component(packages_to_install={list(requirements)!r})"


def _install(step: Step, requirement: str) -> Advice:
    if runs_python_component(step):
        text = f"Add {requirement} to packages_to_install of the component of {step.label}, or install it in its image."
        return Advice(text, sdk=install_code(requirement))
    text = f"Install it in the image of {step.label}: `RUN pip install {_quoted(requirement)}` in its Dockerfile."
    return Advice(f"{text} In a Python component, name it in packages_to_install.", sdk=install_code(requirement))


def _quoted(requirement: str) -> str:
    return f"'{requirement}'" if any(c in requirement for c in "<>[ ") else requirement


def missing_advice(step: Step, found: ImportFailure) -> tuple[Advice, ...]:
    """For a module that is not installed."""
    provider, module = found.provider, found.module or ""
    if provider is None:
        return ()
    top = module.partition(".")[0]
    if provider.removed_in is not None:
        gone = f"Python {provider.removed_in} took {top} out of the standard library. Use an image with an older Python"
        if provider.distribution is None:
            return (Advice(f"{gone}, or change the import; no package to install brings it back under this name."),)
        return (_install(step, provider.distribution), Advice(f"{gone}, if {provider.distribution} does not bring it back."))
    if provider.distribution is None:
        text = f"{top} is a part of Python itself, so pip cannot install it: the Python of this image was built without it."
        return (Advice(f"{text} Use one of the official python images, or install the system package that adds it."),)
    if top == "pip":
        return (
            Advice("The image has no pip, so nothing can be installed in it. Use an image with pip, or put all into it."),
        )
    advice = [_install(step, provider.distribution)]
    if top == "kfp" and provider.distribution == "kfp":
        text = "KFP's executor needs the package kfp in the image; install_kfp_package=False is for images that have it."
        advice.append(Advice(text, sdk="@dsl.component(install_kfp_package=True)"))
    if not provider.known:
        text = f"If {top} is a file of your own: KFP sends the source of the component's function, not the files beside it."
        advice.append(Advice(f"{text} Move the code into the function, or build an image with it (target_image)."))
    return tuple(advice)


def import_title(found: ImportFailure) -> str:
    """What happened, as the end of a sentence that begins with the step."""
    match found.trouble:
        case "submodule":
            return f"imports {found.module}, which the installed version does not have"
        case "library":
            return f"needs the shared library {found.library}, which its image does not have"
        case "shadowed":
            return f"imports {found.module}, but a file with the same first name is in the way"
        case "circular":
            return f"could not import {found.name} from {found.module}: the two modules import each other"
        case "relative":
            return "uses a relative import outside of any package"
        case _:
            return f"could not import {found.name} from {found.module}: there is no such name"


def import_advice(step: Step, found: ImportFailure) -> tuple[Advice, ...]:
    """For an import that failed although the module is there."""
    package = found.provider.distribution if found.provider else None
    match found.trouble:
        case "library":
            return (_library_advice(step, found.library or ""),)
        case "shadowed":
            top = (found.module or "").partition(".")[0]
            return (
                Advice(f"Rename the file or folder {top} that lies beside the program: it hides the package of that name."),
            )
        case "circular":
            return (Advice(f"Import {found.name} inside the function that uses it, or move it to a module of its own."),)
        case "relative":
            text = "A component's function stands in a file of its own: import by the whole name of an installed package."
            return (Advice(text),)
        case _:
            what = f"{found.name} in {found.module}" if found.name else str(found.module)
            if package is None:
                return (Advice(f"Correct the import: this Python's standard library has no {what}."),)
            text = f"Install the version of {package} that has {what}, or change the import to what this version offers."
            return (Advice(text, sdk=install_code(f"{package}==<version that has it>")),)


def _library_advice(step: Step, library: str) -> Advice:
    if library.startswith(CUDA_PREFIXES):
        text = f"{library} belongs to the CUDA toolkit. Use an image with the version that the package was built for."
        return Advice(text)
    if library.startswith("libGL") and runs_python_component(step):
        text = "OpenCV without a window needs no libGL: install opencv-python-headless instead of opencv-python."
        return Advice(f"{text} Or add the Debian package libgl1 to the image.", sdk=install_code("opencv-python-headless"))
    package = debian_package(library)
    if package is None:
        return Advice(f"Install the system package that brings {library} in the image of {step.label}.")
    run = f"RUN apt-get update && apt-get install -y --no-install-recommends {package}"
    return Advice(f"Add the Debian package {package} to the image of {step.label}: `{run}` in its Dockerfile.")


def mismatch_advice(step: Step, found: BinaryMismatch) -> tuple[Advice, ...]:
    """For compiled packages that do not fit together."""
    match found.misfit:
        case "numpy":
            text = "A package was built for another NumPy. Keep NumPy below 2, or install a newer version of that package."
            return (Advice(text, sdk=install_code("numpy<2")),)
        case "protobuf":
            text = "The code was generated by another protobuf than the one installed. Install a protobuf that fits it:"
            text += " below 4 for code made by protoc 3.19 or older, else the version named in the message."
            return (Advice(text, sdk=install_code("protobuf<4")),)
        case "c-library":
            text = (
                f"The image's C libraries are older than the package was built for ({found.wanted}). Use a newer base image,"
            )
            newer = "python:3.11"
            already = step.main_spec is not None and step.main_spec.image.endswith(newer)
            code = None if already else f"@dsl.component(base_image='{newer}')"
            return (Advice(f"{text} or an older version of the package.", sdk=code),)
        case "symbol":
            text = (
                "Two packages were built against different versions of each other (PyTorch and its extensions, most often)."
            )
            return (
                Advice(
                    f"{text} Install versions that belong together, and pin both.",
                    sdk=install_code("torch==<version>", "<extension>==<version>"),
                ),
            )
        case "architecture":
            return (
                Advice("The compiled file is for another processor or damaged: install the package again in the image."),
            )
