//! `findall`, `split`, `sub` and `subn` of patterns, in time that grows with the length of the text.
//!
//! RustPython 0.5 cuts each piece out of a text by counting characters from its beginning, so that the
//! words of a hundred kilobytes take seconds. Here a piece is found from the one before it, and what is
//! long can be interrupted. What these methods are not given, such as bytes, a short text or a function
//! that replaces, is left to RustPython's own.

use std::{cell::RefCell, rc::Rc};

use rustpython_sre_engine::{Request, SearchIter, State};
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyResult, TryFromObject, VirtualMachine,
    builtins::{PyInt, PyStr, PyType},
    common::wtf8::Wtf8,
    function::{FuncArgs, IntoFuncArgs},
};

use super::{guard, interrupt};

/// The shortest text, in bytes, that is worth it.
const LONG: usize = 2048;
/// Patterns whose code is kept.
const MAX_KEPT: usize = 32;
/// `re.DEBUG`: a pattern is not printed again.
const DEBUG: u32 = 128;

/// A method's own part; nothing is left to the interpreter's.
type Method = fn(&PyObject, &FuncArgs, &VirtualMachine) -> PyResult<Option<PyObjectRef>>;

/// A pattern's text and flags, and its code.
type Kept = (Vec<u8>, u32, Rc<[u32]>);

thread_local! {
    static CODES: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// Puts the methods in place.
///
/// # Errors
/// This interpreter has no such methods.
pub(crate) fn install(vm: &VirtualMachine) -> Result<(), String> {
    put_all(vm)
        .ok_or_else(|| "the interpreter has not the methods of patterns that are to be quicker".to_owned())
}

fn put_all(vm: &VirtualMachine) -> Option<()> {
    let class = vm.import("_sre", 0).ok()?.get_attr("Pattern", vm).ok()?.downcast::<PyType>().ok()?;
    // There is one interpreter, and it lives as long as the process.
    let class: &'static Py<PyType> = Box::leak(Box::new(class));
    put(class, "findall", findall, vm)?;
    put(class, "split", split, vm)?;
    put(class, "sub", |pattern, given, vm| substitute(pattern, given, vm).map(first), vm)?;
    put(
        class,
        "subn",
        |pattern, given, vm| Ok(substitute(pattern, given, vm)?.map(|(text, n)| pair(text, n, vm))),
        vm,
    )
}

fn first(found: Option<(PyObjectRef, usize)>) -> Option<PyObjectRef> {
    found.map(|(text, _)| text)
}

fn pair(text: PyObjectRef, n: usize, vm: &VirtualMachine) -> PyObjectRef {
    vm.ctx.new_tuple(vec![text, vm.ctx.new_int(n).into()]).into()
}

fn put(class: &'static Py<PyType>, name: &'static str, own: Method, vm: &VirtualMachine) -> Option<()> {
    guard::replace(class, name, vm, move |original, given, vm| {
        let found = match given.args.first() {
            Some(pattern) if pattern.class().is(class) => own(pattern, &given, vm)?,
            _ => None,
        };
        found.map_or_else(|| original.call(given, vm), Ok)
    })
}

fn findall(pattern: &PyObject, given: &FuncArgs, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
    let Some([string, start, end]) = arguments(given, ["string", "pos", "endpos"]) else { return Ok(None) };
    let (Some(start), Some(end)) = (number(start, 0), number(end, usize::MAX)) else { return Ok(None) };
    let Some(mut search) = Search::new(pattern, string, vm)? else { return Ok(None) };
    let mut items = Vec::new();
    search.run((start, end), vm, |found, text| {
        let mut group = |n| found.cut(n, text, vm).unwrap_or_else(|| vm.ctx.empty_str.to_owned().into());
        let item = match found.groups {
            0 | 1 => group(found.groups),
            groups => vm.ctx.new_tuple((1..=groups).map(group).collect()).into(),
        };
        push(&mut items, item, vm)?;
        Ok(true)
    })?;
    Ok(Some(vm.ctx.new_list(items).into()))
}

fn split(pattern: &PyObject, given: &FuncArgs, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
    let Some([string, most]) = arguments(given, ["string", "maxsplit"]) else { return Ok(None) };
    let Some(most) = number(most, 0) else { return Ok(None) };
    let Some(mut search) = Search::new(pattern, string, vm)? else { return Ok(None) };
    let (mut items, mut last, mut n) = (Vec::new(), 0, 0);
    search.run((0, usize::MAX), vm, |found, text| {
        push(&mut items, text.cut(last, found.start, vm), vm)?;
        for group in 1..=found.groups {
            push(&mut items, found.cut(group, text, vm).unwrap_or_else(|| vm.ctx.none()), vm)?;
        }
        (last, n) = (found.end, n + 1);
        Ok(n != most)
    })?;
    push(&mut items, search.text.cut(last, search.length, vm), vm)?;
    Ok(Some(vm.ctx.new_list(items).into()))
}

/// The new text, and how many places are new.
fn substitute(
    pattern: &PyObject,
    given: &FuncArgs,
    vm: &VirtualMachine,
) -> PyResult<Option<(PyObjectRef, usize)>> {
    let Some([with, string, most]) = arguments(given, ["repl", "string", "count"]) else { return Ok(None) };
    let (Some(most), Some(with)) = (number(most, 0), with) else { return Ok(None) };
    let Some(text) = with.downcast_ref::<PyStr>() else { return Ok(None) };
    let Some(mut search) = Search::new(pattern, string, vm)? else { return Ok(None) };
    // Literals, and between them the numbers of groups.
    let template: Vec<PyObjectRef> = match text.as_bytes().contains(&b'\\') {
        true => {
            let arguments = (with.clone(), pattern.to_owned());
            let parsed = call_of_re("_parser", "parse_template", arguments, vm)?;
            Vec::try_from_object(vm, parsed)?
        }
        false => vec![with.clone()],
    };
    let (mut items, mut last, mut n) = (Vec::new(), 0, 0);
    search.run((0, usize::MAX), vm, |found, text| {
        push(&mut items, text.cut(last, found.start, vm), vm)?;
        for part in &template {
            let item = match part.downcast_ref::<PyInt>() {
                Some(group) => found.cut(group.try_to_primitive(vm)?, text, vm),
                None => Some(part.clone()),
            };
            item.map_or(Ok(()), |item| push(&mut items, item, vm))?;
        }
        (last, n) = (found.end, n + 1);
        Ok(n != most)
    })?;
    push(&mut items, search.text.cut(last, search.length, vm), vm)?;
    let empty: PyObjectRef = vm.ctx.empty_str.to_owned().into();
    let joined = vm.call_method(&empty, "join", (vm.ctx.new_list(items),))?;
    Ok(Some((joined, n)))
}

/// The arguments by their names, each if it is given; nothing if there are others.
fn arguments<'a, const N: usize>(
    given: &'a FuncArgs,
    names: [&str; N],
) -> Option<[Option<&'a PyObjectRef>; N]> {
    let (_, positional) = given.args.split_first()?;
    let named = |name: &str| given.kwargs.get(name);
    let is_known = positional.len() <= N
        && given.kwargs.keys().all(|key| names.contains(&key.as_str()))
        && !names[..positional.len()].iter().any(|name| named(name).is_some());
    is_known.then(|| std::array::from_fn(|i| positional.get(i).or_else(|| named(names[i]))))
}

/// A number that is not negative, or what stands for none.
fn number(given: Option<&PyObjectRef>, default: usize) -> Option<usize> {
    given.map_or(Some(default), |object| usize::try_from(object.downcast_ref::<PyInt>()?.as_bigint()).ok())
}

/// A text that a pattern goes through.
struct Search<'a> {
    string: &'a Wtf8,
    code: Rc<[u32]>,
    groups: usize,
    text: Cutter<'a>,
    /// Its characters.
    length: usize,
}

impl<'a> Search<'a> {
    /// Nothing if it is not long, or the pattern is not one of text.
    fn new(
        pattern: &PyObject,
        string: Option<&'a PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult<Option<Self>> {
        let Some(string) = string.and_then(|string| string.downcast_ref::<PyStr>()) else { return Ok(None) };
        if string.as_bytes().len() < LONG {
            return Ok(None);
        }
        let Some(code) = code(pattern, vm)? else { return Ok(None) };
        let groups = usize::try_from_object(vm, pattern.get_attr("groups", vm)?)?;
        let (length, string) = (string.char_len(), string.as_wtf8());
        let text = Cutter { bytes: string.as_bytes(), string, at: (0, 0) };
        Ok(Some(Self { string, code, groups, text, length }))
    }

    /// Calls for each place until that is enough.
    fn run(
        &mut self,
        (start, end): (usize, usize),
        vm: &VirtualMachine,
        mut take: impl FnMut(&Found, &mut Cutter<'a>) -> PyResult<bool>,
    ) -> PyResult<()> {
        let req = Request::new(self.string, start, end, &self.code, false);
        let mut matches = SearchIter { req, state: State::default() };
        while matches.next().is_some() {
            interrupt::check(vm)?;
            let state = &matches.state;
            let (start, end) = (state.start, state.cursor.position);
            if !take(&Found { start, end, groups: self.groups, state }, &mut self.text)? {
                break;
            }
        }
        Ok(())
    }
}

/// A place that a pattern matches.
struct Found<'a> {
    start: usize,
    end: usize,
    groups: usize,
    state: &'a State,
}

impl Found<'_> {
    /// A group, or with 0 all of it; nothing if the group took no part.
    fn cut(&self, group: usize, text: &mut Cutter, vm: &VirtualMachine) -> Option<PyObjectRef> {
        let (start, end) = match group.checked_sub(1) {
            None => (self.start, self.end),
            Some(group) => {
                let (start, end) = self.state.marks.get(group);
                (start.into_option()?, end.into_option()?)
            }
        };
        Some(text.cut(start, end, vm))
    }
}

/// Pieces of a text by the numbers of their characters, each found from the one before.
struct Cutter<'a> {
    string: &'a Wtf8,
    bytes: &'a [u8],
    /// A character's number and its place.
    at: (usize, usize),
}

impl Cutter<'_> {
    fn cut(&mut self, start: usize, end: usize, vm: &VirtualMachine) -> PyObjectRef {
        let start_byte = self.go_to(start);
        let end_byte = self.go_to(end.max(start));
        vm.ctx.new_str(self.string[start_byte..end_byte].to_owned()).into()
    }

    fn go_to(&mut self, character: usize) -> usize {
        let (mut now, mut byte) = self.at;
        let begins = |byte: usize| self.bytes.get(byte).is_none_or(|byte| byte & 0xc0 != 0x80);
        while now < character && byte < self.bytes.len() {
            byte += 1;
            while !begins(byte) {
                byte += 1;
            }
            now += 1;
        }
        while now > character {
            byte -= 1;
            while !begins(byte) {
                byte -= 1;
            }
            now -= 1;
        }
        self.at = (now, byte);
        byte
    }
}

/// Appends, unless the memory is full.
fn push(items: &mut Vec<PyObjectRef>, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    guard::make_room(items, vm)?;
    items.push(item);
    Ok(())
}

/// The code of a pattern, which the pattern does not give: it is compiled anew, and kept.
fn code(pattern: &PyObject, vm: &VirtualMachine) -> PyResult<Option<Rc<[u32]>>> {
    let source = pattern.get_attr("pattern", vm)?;
    let flags = u32::try_from_object(vm, pattern.get_attr("flags", vm)?)? & !DEBUG;
    let Some(text) = source.downcast_ref::<PyStr>().map(|text| text.as_bytes().to_vec()) else {
        return Ok(None);
    };
    let known = CODES.with_borrow(|codes| {
        codes
            .iter()
            .find(|(known, with, _)| (known, *with) == (&text, flags))
            .map(|(.., code)| Rc::clone(code))
    });
    if known.is_some() {
        return Ok(known);
    }
    let parsed = call_of_re("_parser", "parse", (source.clone(), flags), vm)?;
    let compiled = call_of_re("_compiler", "_code", (parsed, flags), vm)?;
    let code: Rc<[u32]> = Vec::<u32>::try_from_object(vm, compiled)?.into();
    CODES.with_borrow_mut(|codes| {
        if codes.len() == MAX_KEPT {
            codes.remove(0);
        }
        codes.push((text, flags, Rc::clone(&code)));
    });
    Ok(Some(code))
}

/// Calls a function of a module of the package `re`.
fn call_of_re(
    module: &'static str,
    name: &str,
    arguments: impl IntoFuncArgs,
    vm: &VirtualMachine,
) -> PyResult {
    let module = vm.import("re", 0)?.get_attr(module, vm)?;
    vm.call_method(&module, name, arguments)
}
