From Derivlab Require Import Certificate.
Open Scope R_scope.

(** gradient by z *)
Definition z (d : nat) (c : nat -> R) (W : nat -> nat -> R) (x : nat -> R) (i : nat) : R :=
  c i + bsum d (fun j => (W i j) * (x j)).
Definition p (N : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum N (fun k => exp (z k)))).
Definition J (N : nat) (p : nat -> R) : R :=
  bsum N (fun i => ln (p i)).
Theorem gradient_by_z : forall (N d : nat) (W : nat -> nat -> R) (x : nat -> R) (c : nat -> R) (i : nat),
  (0 < N)%nat ->
  (0 < d)%nat ->
  (i < N)%nat ->
  is_derive (fun t => J N (p N (upd (z d c W x) i t))) (z d c W x i)
    (1 + (-1) * (INR N) * (p N (z d c W x) i)).
Proof.
  intros N d W x c i Hsize_N Hsize_d Hin_i.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => N | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => W a_ b_ | 1%nat, [a_] => x a_ | 2%nat, [a_] => c a_ | 3%nat, [a_] => (z d c W x) a_ | _, _ => 0 end)
    ([0; 0; 1]%nat : list nat) ([i; 0; 0]%nat : list nat)
    ([] : list premise)
    ([] : list equation)
    ([(3%nat, 1%nat, (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0]))))%nat)] : list definition)
    3%nat ([0]%nat : list nat)
    (Sum 0 (Ln (Mul (Exp (Ten 3 [0])) (Inv (Sum 0 (Exp (Ten 3 [0])))))))%nat
    (Add (Num 1) (Mul (Mul (Num (-1)) (Len 0)) (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0]))))))))))%nat.
Qed.
